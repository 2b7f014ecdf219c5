/* Whether any customer has written yet; asked once, then told by live events. */
import { computed, onScopeDispose, ref } from 'vue'
import { ask, http } from '@/api/http'
import { useLive } from '@/stores/live'
import { useWorld } from '@/stores/world'

export function useHasMessage() {
  const world = useWorld()
  const live = useLive()
  const wasSeen = ref(false)

  async function look() {
    const page = await ask(http.GET('/api/v1/contacts', { params: { query: { limit: 1 } } })).catch(() => null)
    if (page?.items.length) wasSeen.value = true
  }

  void look()
  onScopeDispose(live.onEvent((event) => event.type === 'message.received' && (wasSeen.value = true)))
  return computed(() => wasSeen.value || world.open.length > 0)
}
