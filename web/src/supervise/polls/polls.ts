/* The polls that were asked, with their results: read again when somebody votes or a poll goes out. */
import { onScopeDispose, ref, shallowRef, watch } from 'vue'
import { Problem, ask, http } from '@/api/http'
import type { PollOut, VoteOut } from '@/api/schema'
import type { LiveEvent } from '@/live/events'
import { useLive } from '@/stores/live'
import { useWorld } from '@/stores/world'

const PAGE = 50
const SOON_MS = 600

/** Whether an event changes what a poll shows. */
export function isOfPoll(event: LiveEvent): boolean {
  return 'message' in event && ((event.type === 'message.received' && event.message.kind === 'poll_vote') || (event.type === 'message.queued' && event.message.kind === 'poll'))
}

/** How long the bar of a choice is, in percent of all who voted. */
export const shareOf = (votes: number, voters: number): number => (voters ? Math.round((100 * votes) / voters) : 0)

export function usePolls(chosen: () => string | null) {
  const live = useLive()
  const world = useWorld()
  const polls = shallowRef<PollOut[] | null>(null)
  const votes = shallowRef<VoteOut[] | null>(null)
  const next = ref<string | null>(null)
  const problem = shallowRef<Problem | null>(null)
  let timer: ReturnType<typeof setTimeout> | undefined
  let asked = 0

  async function run(work: () => Promise<void>): Promise<void> {
    try {
      await work()
      problem.value = null
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      problem.value = error
    }
  }

  /** Read as many as are shown, up to what one page takes. */
  const load = () =>
    run(async () => {
      const mine = ++asked
      const limit = Math.min(200, Math.max(PAGE, polls.value?.length ?? 0))
      const page = await ask(http.GET('/api/v1/polls', { params: { query: { limit } } }))
      if (mine !== asked) return
      polls.value = page.items
      next.value = page.next
      await loadVotes()
    })

  async function loadVotes(): Promise<void> {
    const id = chosen()
    if (!id) return
    const page = await ask(http.GET('/api/v1/polls/{poll_id}/votes', { params: { path: { poll_id: id }, query: { limit: 200 } } }))
    if (id === chosen()) votes.value = page.items
  }

  const more = () =>
    run(async () => {
      if (!next.value) return
      const mine = ++asked
      const page = await ask(http.GET('/api/v1/polls', { params: { query: { limit: PAGE, after: next.value } } }))
      if (mine !== asked) return
      polls.value = [...(polls.value ?? []), ...page.items]
      next.value = page.next
    })

  function soon(event: LiveEvent): void {
    if (!isOfPoll(event)) return
    clearTimeout(timer)
    timer = setTimeout(load, SOON_MS)
  }

  const stop = live.onEvent(soon)
  onScopeDispose(() => {
    clearTimeout(timer)
    stop()
  })
  watch(() => world.snapshots, load, { immediate: true })
  watch(chosen, () => {
    votes.value = null
    void run(loadVotes)
  })
  return { polls, votes, next, problem, load, more }
}
