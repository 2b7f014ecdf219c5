/* The turns of one division, how they fell, and rehearsals; read again when turns are taken. */
import { onScopeDispose, ref, shallowRef, watch } from 'vue'
import { Problem, ask, http } from '@/api/http'
import type { FairnessOut, RehearsalIn, RehearsalOut, TurnOut } from '@/api/schema'
import { useLive } from '@/stores/live'

const PAGE = 200
const SOON_MS = 600
const DAY_MS = 86_400_000

export const PERIODS = [1, 7, 30] as const
export type Period = (typeof PERIODS)[number]

export function useFairness(divisionId: () => string | null, days: () => Period) {
  const live = useLive()
  const turns = shallowRef<TurnOut[]>([])
  const next = ref<string | null>(null)
  const fairness = shallowRef<FairnessOut | null>(null)
  const rehearsal = shallowRef<RehearsalOut | null>(null)
  const problem = shallowRef<Problem | null>(null)
  const isLoading = ref(false)
  let timer: ReturnType<typeof setTimeout> | undefined
  let asked = 0

  const since = () => new Date(Date.now() - days() * DAY_MS).toISOString()
  const keep = (error: unknown) => {
    if (!(error instanceof Problem)) throw error
    problem.value = error
  }

  async function load(): Promise<void> {
    const id = divisionId()
    if (!id) return
    const mine = ++asked
    isLoading.value = true
    const path = { division_id: id }
    try {
      const [page, told] = await Promise.all([
        ask(http.GET('/api/v1/divisions/{division_id}/turns', { params: { path, query: { limit: PAGE } } })),
        ask(http.GET('/api/v1/divisions/{division_id}/fairness', { params: { path, query: { since: since() } } })),
      ])
      if (mine !== asked) return
      turns.value = page.items
      next.value = page.next
      fairness.value = told
      problem.value = null
    } catch (error) {
      if (mine === asked) keep(error)
    } finally {
      if (mine === asked) isLoading.value = false
    }
  }

  async function more(): Promise<void> {
    const id = divisionId()
    if (!id || !next.value) return
    const query = { limit: PAGE, after: next.value }
    try {
      const page = await ask(http.GET('/api/v1/divisions/{division_id}/turns', { params: { path: { division_id: id }, query } }))
      if (id !== divisionId()) return
      turns.value = [...turns.value, ...page.items]
      next.value = page.next
    } catch (error) {
      keep(error)
    }
  }

  async function rehearse(rotation: RehearsalIn['rotation'], ownDeviceOnly: boolean): Promise<void> {
    const id = divisionId()
    if (!id) return
    const body = { rotation, own_device_only: ownDeviceOnly, since: since() }
    try {
      rehearsal.value = await ask(http.POST('/api/v1/divisions/{division_id}/rehearse', { params: { path: { division_id: id } }, body }))
    } catch (error) {
      keep(error)
    }
  }

  watch(
    [divisionId, days],
    () => {
      turns.value = []
      fairness.value = rehearsal.value = null
      void load()
    },
    { immediate: true },
  )
  onScopeDispose(
    live.onEvent((event) => {
      const isTurn = event.type === 'conversation.assigned' && !event.is_removed && event.turn_id
      if (!isTurn || event.conversation.division_id !== divisionId()) return
      clearTimeout(timer)
      timer = setTimeout(() => void load(), SOON_MS)
    }),
  )
  onScopeDispose(() => clearTimeout(timer))

  return { turns, next, fairness, rehearsal, problem, isLoading, load, more, rehearse }
}
