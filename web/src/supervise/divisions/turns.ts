/* The last turns of divisions: who had one in this cycle. Read again when conversations are assigned. */
import { onScopeDispose, ref, watch } from 'vue'
import { ask, http } from '@/api/http'
import { useLive } from '@/stores/live'
import { type Cycle, cycleOf } from './division'

const MOST = 200
const SOON_MS = 400

export function useCycles(divisionIds: () => string[]) {
  const live = useLive()
  const cycles = ref<Record<string, Cycle>>({})
  const timers = new Map<string, ReturnType<typeof setTimeout>>()

  async function load(id: string): Promise<void> {
    const params = { path: { division_id: id }, query: { limit: MOST } }
    const page = await ask(http.GET('/api/v1/divisions/{division_id}/turns', { params })).catch(() => null)
    if (page) cycles.value = { ...cycles.value, [id]: cycleOf(page.items) }
  }

  function loadSoon(id: string): void {
    clearTimeout(timers.get(id))
    timers.set(id, setTimeout(() => void load(id), SOON_MS))
  }

  watch(divisionIds, (ids, before) => ids.filter((id) => !before?.includes(id)).forEach((id) => void load(id)), { immediate: true })
  onScopeDispose(
    live.onEvent((event) => {
      const id = event.type === 'conversation.assigned' && !event.is_removed ? event.conversation.division_id : null
      if (id && divisionIds().includes(id)) loadSoon(id)
    }),
  )
  onScopeDispose(() => timers.forEach(clearTimeout))
  return cycles
}
