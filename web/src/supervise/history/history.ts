/* All messages, page by page, by what is looked for; what is shown follows events, what is new comes soon. */
import { type Ref, onScopeDispose, ref, shallowRef, watch } from 'vue'
import { Problem, ask, http } from '@/api/http'
import type { HistoryLine } from '@/api/schema'
import type { LiveEvent } from '@/live/events'
import { useLive } from '@/stores/live'
import { useWorld } from '@/stores/world'

export const STATUSES = ['queued', 'sent', 'delivered', 'read', 'failed', 'unknown', 'cancelled'] as const
type Status = (typeof STATUSES)[number]

export interface Filters {
  q: string
  device: string
  direction: '' | 'in' | 'out'
  status: '' | Status
  /** As fields for date and time have them. */
  since: string
  until: string
  broadcast: string
}

export const everything = (): Filters => ({ q: '', device: '', direction: '', status: '', since: '', until: '', broadcast: '' })

const PAGE = 50
const PAUSE_MS = 300
const SOON_MS = 1_500

/** What the server is asked for. */
export function queryOf({ q, device, direction, status, since, until, broadcast }: Filters) {
  return {
    ...(q.trim() ? { q: q.trim() } : {}),
    ...(device ? { device_id: device } : {}),
    ...(direction ? { direction } : {}),
    ...(status ? { status } : {}),
    ...(since ? { since: new Date(since).toISOString() } : {}),
    ...(until ? { until: new Date(until).toISOString() } : {}),
    ...(broadcast ? { broadcast_id: broadcast } : {}),
  }
}

/** What a line is called: one that was taken back did not fail. */
export function statusOf({ message }: Pick<HistoryLine, 'message'>): Status | 'received' {
  if (message.direction === 'in' || !message.status) return 'received'
  if (message.status === 'failed' && message.failure === 'cancelled') return 'cancelled'
  return message.status === 'sending' ? 'queued' : message.status
}

/** A line after an event about its message: what does not wait is in no queue. */
export function after(line: HistoryLine, message: HistoryLine['message']): HistoryLine {
  return { ...line, message, queued: message.status === 'queued' ? line.queued : null }
}

export function useHistory(filters: Ref<Filters>) {
  const live = useLive()
  const world = useWorld()
  const lines = shallowRef<HistoryLine[] | null>(null)
  const next = ref<string | null>(null)
  const problem = shallowRef<Problem | null>(null)
  const isLoading = ref(false)
  let round = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  async function load(from: string | null = null): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    const mine = ++round
    isLoading.value = true
    const query = { limit: PAGE, ...queryOf(filters.value), ...(from ? { after: from } : {}) }
    try {
      const page = await ask(http.GET('/api/v1/messages', { params: { query } }))
      if (mine !== round) return
      lines.value = [...(from ? (lines.value ?? []) : []), ...page.items]
      next.value = page.next
      problem.value = null
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      if (mine === round) problem.value = error
    } finally {
      if (mine === round) isLoading.value = false
    }
  }

  /** Show what became of a message. */
  function put(message: HistoryLine['message']): void {
    lines.value = lines.value?.map((line) => (line.message.id === message.id ? after(line, message) : line)) ?? null
    if (message.status === 'queued') soon()
  }

  function soon(): void {
    if ((lines.value?.length ?? 0) <= PAGE) timer ??= setTimeout(() => void load(), SOON_MS)
  }

  function take(event: LiveEvent): void {
    if (event.is_removed || !('message' in event) || event.type === 'note.added') return
    const { message } = event
    if (lines.value?.some((line) => line.message.id === message.id)) put(message)
    else if (event.type === 'message.received' || event.type === 'message.queued') soon()
  }

  onScopeDispose(live.onEvent(take))
  onScopeDispose(() => clearTimeout(timer))
  watch(
    [filters, () => world.snapshots],
    () => {
      clearTimeout(timer)
      timer = setTimeout(() => void load(), lines.value ? PAUSE_MS : 0)
    },
    { immediate: true, deep: true },
  )
  return { lines, next, problem, isLoading, load, put }
}
