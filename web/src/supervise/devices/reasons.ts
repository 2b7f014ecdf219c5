/* Why devices are disconnected: the list has no reasons, so they are read when the states change. */
import { onScopeDispose, ref } from 'vue'
import { ask, http } from '@/api/http'
import { useLive } from '@/stores/live'

export function useReasons() {
  const live = useLive()
  const reasons = ref<Record<string, string>>({})

  async function load(): Promise<void> {
    const page = await ask(http.GET('/api/v1/devices', { params: { query: { limit: 200 } } })).catch(() => null)
    if (page) reasons.value = Object.fromEntries(page.items.map((device) => [device.id, device.status_reason]))
  }

  void load()
  onScopeDispose(live.onEvent((event) => !event.is_removed && event.type.startsWith('device.') && void load()))
  return reasons
}
