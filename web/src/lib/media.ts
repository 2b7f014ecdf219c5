/* Whether the window is as wide as a layout needs. */
import { type Ref, onScopeDispose, ref } from 'vue'

export function useMedia(query: string): Readonly<Ref<boolean>> {
  const media = matchMedia(query)
  const isMet = ref(media.matches)
  const look = () => (isMet.value = media.matches)
  media.addEventListener('change', look)
  onScopeDispose(() => media.removeEventListener('change', look))
  return isMet
}
