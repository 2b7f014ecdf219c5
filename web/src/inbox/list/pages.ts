/* Conversations page by page over REST: what the world does not hold (resolved ones, and what lies
   beyond a supervisor's first page). */
import { onScopeDispose, ref, shallowRef } from 'vue'
import { Problem, ask, http } from '@/api/http'
import type { ConversationOut } from '@/api/schema'
import { useLive } from '@/stores/live'

export interface Query {
  view: 'all' | 'open' | 'mine' | 'waiting' | 'unrouted' | 'snoozed' | 'resolved' | 'mentions'
  q?: string
  contact_id?: string
  label_id?: string
}

const PAGE = 100

export function usePages(queries: () => Query[], take: (items: ConversationOut[], isFirst: boolean) => void) {
  const live = useLive()
  const isLoading = ref(false)
  const isDone = ref(true)
  const problem = shallowRef<Problem | null>(null)
  const touched = new Set<string>()
  let rest: { query: Query; after: string | null }[] = []
  let round = 0
  let isFirst = true

  onScopeDispose(live.onEvent((event) => 'conversation_id' in event && touched.add(event.conversation_id ?? '')))
  onScopeDispose(() => round++)

  /** Begin at the first page again. */
  function restart(): Promise<void> {
    round++
    rest = queries().map((query) => ({ query, after: null }))
    isDone.value = rest.length === 0
    isLoading.value = false
    isFirst = true
    return more()
  }

  async function more(): Promise<void> {
    const [now, ...later] = rest
    if (!now || isLoading.value) return
    const mine = round
    isLoading.value = true
    problem.value = null
    touched.clear()
    try {
      const query = { ...now.query, limit: PAGE, ...(now.after ? { after: now.after } : {}) }
      const page = await ask(http.GET('/api/v1/conversations', { params: { query } }))
      if (mine !== round) return
      rest = page.next ? [{ query: now.query, after: page.next }, ...later] : later
      isDone.value = rest.length === 0
      take(page.items.filter((each) => !touched.has(each.id)), isFirst) // events are newer than the page
      isFirst = false
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      if (mine === round) problem.value = error
    } finally {
      if (mine === round) isLoading.value = false
    }
  }

  return { isLoading, isDone, problem, restart, more }
}
