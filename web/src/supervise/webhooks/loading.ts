/* What no snapshot holds: asked for when a page opens, when a webhook changes, and every two seconds while the
   page is looked at, for no event tells of deliveries. */
import { onScopeDispose, shallowRef, watch } from 'vue'
import { Problem } from '@/api/http'
import { useLive } from '@/stores/live'
import { useWorld } from '@/stores/world'

const EVERY_MS = 2_000

export function useLoading<T>(request: () => Promise<T>) {
  const live = useLive()
  const world = useWorld()
  const found = shallowRef<T | null>(null)
  const problem = shallowRef<Problem | null>(null)
  let round = 0

  async function load(): Promise<void> {
    const mine = ++round
    try {
      const answer = await request()
      if (mine !== round) return
      found.value = answer
      problem.value = null
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      if (mine === round) problem.value = error
    }
  }

  onScopeDispose(live.onEvent((event) => void (event.type === 'webhook.changed' && load())))
  const timer = setInterval(() => void (document.hidden || load()), EVERY_MS)
  onScopeDispose(() => clearInterval(timer))
  watch(() => world.snapshots, load, { immediate: true })
  return { found, problem, load }
}
