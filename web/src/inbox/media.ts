/* Parts that show or make media, loaded with their words when they are first wanted, or before that in a
   quiet moment. */
import type { Component } from 'vue'
import { loadWords } from '@/locales'
import { lazy } from '@/ui/lazy'

export function lazyMedia<T extends Component>(loader: () => Promise<{ default: T }>): T {
  return lazy(async () => {
    const [part] = await Promise.all([loader(), loadWords('media')])
    return part
  })
}
