/* The search over messages, notes and contacts: what is asked, what was found, and where a hit opens. */
import { type Ref, onScopeDispose, ref, shallowRef, watch } from 'vue'
import { Problem, ask, http } from '@/api/http'
import type { ContactOut, HitOut } from '@/api/schema'

export const KINDS = ['message', 'note', 'contact'] as const
/** Fewer letters are in too many texts: the server refuses them. */
export const LEAST_LETTERS = 3

export interface Filters {
  kind: '' | (typeof KINDS)[number]
  device: string
  division: string
  agent: string
  label: string
  /** Days, as fields for a date have them; the last one is included. */
  from: string
  until: string
}

export const everywhere = (): Filters => ({ kind: '', device: '', division: '', agent: '', label: '', from: '', until: '' })

const PAGE = 30
const PAUSE_MS = 250

const dayAfter = (day: string): string => {
  const next = new Date(`${day}T00:00`)
  next.setDate(next.getDate() + 1)
  return next.toISOString()
}

/** What the server is asked for. */
export function queryOf(text: string, { kind, device, division, agent, label, from, until }: Filters) {
  return {
    q: text.trim(),
    ...(kind ? { kind } : {}),
    ...(device ? { device_id: device } : {}),
    ...(division ? { division_id: division } : {}),
    ...(agent ? { agent_id: agent } : {}),
    ...(label ? { label_id: label } : {}),
    ...(from ? { since: new Date(`${from}T00:00`).toISOString() } : {}),
    ...(until ? { until: dayAfter(until) } : {}),
  }
}

type Standing = Pick<HitOut, 'status' | 'assignee_id'>

/** The list in which a conversation stands, for whoever looks. */
export function viewOf({ status, assignee_id }: Standing, agentId: string | null | undefined): string {
  if (status === 'resolved' || status === 'snoozed') return status
  if (!assignee_id) return 'waiting'
  return assignee_id === agentId ? 'mine' : 'all'
}

/** Where a hit is read: its conversation, at its line. */
export const addressOf = (hit: HitOut, agentId: string | null | undefined): string => `/inbox/${viewOf(hit, agentId)}/${hit.message.conversation_id}?m=${hit.message.id}`

export function useSearch(text: Ref<string>, filters: Ref<Filters>) {
  const hits = shallowRef<HitOut[] | null>(null)
  const contacts = shallowRef<ContactOut[]>([])
  const next = ref<string | null>(null)
  const problem = shallowRef<Problem | null>(null)
  const isLoading = ref(false)
  let round = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  async function load(from: string | null = null): Promise<void> {
    clearTimeout(timer)
    const mine = ++round
    const query = { limit: PAGE, ...queryOf(text.value, filters.value), ...(from ? { after: from } : {}) }
    if (query.q.length < LEAST_LETTERS) return clear()
    isLoading.value = true
    try {
      const found = await ask(http.GET('/api/v1/search', { params: { query } }))
      if (mine !== round) return
      hits.value = [...(from ? (hits.value ?? []) : []), ...found.items]
      contacts.value = from && query.kind !== 'contact' ? contacts.value : [...(from ? contacts.value : []), ...found.contacts]
      next.value = found.next
      problem.value = null
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      if (mine === round) problem.value = error
    } finally {
      if (mine === round) isLoading.value = false
    }
  }

  function clear(): void {
    hits.value = problem.value = next.value = null
    contacts.value = []
    isLoading.value = false
  }

  watch(
    [text, filters],
    () => {
      clearTimeout(timer)
      timer = setTimeout(() => void load(), PAUSE_MS)
    },
    { immediate: true, deep: true },
  )
  onScopeDispose(() => clearTimeout(timer))
  return { hits, contacts, next, problem, isLoading, load }
}
