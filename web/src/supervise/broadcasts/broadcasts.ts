/* Broadcasts as the server has them; events keep their progress true. */
import { onScopeDispose, ref, shallowRef, watch } from 'vue'
import { Problem, ask, http } from '@/api/http'
import type { BroadcastOut } from '@/api/schema'
import { useLive } from '@/stores/live'
import { useWorld } from '@/stores/world'

const PAGE = 50

/** The list, the newest first. */
export function useBroadcasts() {
  const broadcasts = shallowRef<BroadcastOut[] | null>(null)
  const next = ref<string | null>(null)
  const { problem, run } = useRun()

  const load = (after: string | null = null) =>
    run(async () => {
      const query = { limit: PAGE, ...(after ? { after } : {}) }
      const page = await ask(http.GET('/api/v1/broadcasts', { params: { query } }))
      broadcasts.value = [...(after ? (broadcasts.value ?? []) : []), ...page.items]
      next.value = page.next
    })

  follow(load, (brief) => {
    broadcasts.value = broadcasts.value?.map((each) => (each.id === brief.id ? { ...each, ...brief } : each)) ?? null
  })
  return { broadcasts, next, problem, load }
}

/** One of them. */
export function useBroadcast(id: string) {
  const broadcast = shallowRef<BroadcastOut | null>(null)
  const { problem, run } = useRun()

  const load = () =>
    run(async () => {
      broadcast.value = await ask(http.GET('/api/v1/broadcasts/{broadcast_id}', { params: { path: { broadcast_id: id } } }))
    })

  follow(load, (brief) => {
    if (broadcast.value?.id === brief.id) broadcast.value = { ...broadcast.value, ...brief }
  })
  return { broadcast, problem, load }
}

type Brief = Pick<BroadcastOut, 'id' | 'device_id' | 'state' | 'progress' | 'ends_at'>

/** Load with every snapshot and when there is a new one; take in what events tell of the others. */
function follow(load: () => Promise<void>, take: (brief: Brief) => void): void {
  const live = useLive()
  const world = useWorld()
  onScopeDispose(
    live.onEvent((event) => {
      if (event.is_removed) return
      if (event.type === 'broadcast.created') void load()
      else if (event.type === 'broadcast.updated') take(briefOf(event.broadcast))
    }),
  )
  watch(() => world.snapshots, () => void load(), { immediate: true })
}

const briefOf = ({ id, device_id, state, progress, ends_at }: Brief): Brief => ({ id, device_id, state, progress, ends_at })

/** What a request could not do is kept, until the next one can. */
function useRun() {
  const problem = shallowRef<Problem | null>(null)
  let last = 0

  async function run(work: () => Promise<void>): Promise<void> {
    const mine = ++last
    try {
      await work()
      problem.value = null
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      if (mine === last) problem.value = error
    }
  }

  return { problem, run }
}
