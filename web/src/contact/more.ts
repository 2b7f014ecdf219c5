/* The part with its words, loaded when it is first shown, or before that in a quiet moment. */
import { loadWords } from '@/locales'
import { lazy } from '@/ui/lazy'

export const ContactMore = lazy(async () => {
  const [part] = await Promise.all([import('./ContactMore.vue'), loadWords('contact')])
  return part
})
