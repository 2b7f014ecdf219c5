/* The search with its words, loaded when it is first asked for, or before that in a quiet moment. */
import { loadWords } from '@/locales'
import { lazyDialog } from '@/ui/lazy'

export const SearchDialog = lazyDialog(async () => {
  const [part] = await Promise.all([import('./SearchDialog.vue'), loadWords('search')])
  return part
})
