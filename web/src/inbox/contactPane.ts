/* Whether the contact pane is shown: beside the thread where there is room (kept in the browser), else
   over it until it is closed. */
import { type Ref, computed, ref, watch } from 'vue'
import { keep, readKept } from '@/lib/kept'
import { useMedia } from '@/lib/media'

export function useContactPane(id: Ref<string | undefined>) {
  const hasRoom = useMedia('(min-width: 1280px)')
  const isBeside = ref(readKept('contactPane', true))
  const isOver = ref(false)
  watch(isBeside, (now) => keep('contactPane', now))
  watch([id, hasRoom], () => (isOver.value = false))

  const isShown = computed(() => (hasRoom.value ? isBeside.value : isOver.value))
  function toggle(): void {
    if (hasRoom.value) isBeside.value = !isBeside.value
    else isOver.value = !isOver.value
  }
  return { isShown, isOver, toggle }
}
