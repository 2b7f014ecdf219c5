/* The search with its words, loaded when it is first asked for, or before that in a quiet moment. */
import { loadWords } from '@/locales'
import { lazy } from '@/ui/lazy'

export const SearchDialog = lazy(async () => {
  const [part] = await Promise.all([import('./SearchDialog.vue'), loadWords('search')])
  return part
})
