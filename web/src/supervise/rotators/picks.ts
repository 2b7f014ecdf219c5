/* How often each number was picked: asked for again and again while the page is seen, for no event tells of picks. */
import { type Ref, onScopeDispose, ref, watch } from 'vue'
import { Problem, ask, http } from '@/api/http'
import type { RotatorOut } from '@/api/schema'
import { useWorld } from '@/stores/world'

const AGAIN_MS = 4_000

type Picks = Map<string, Record<string, number>>

/** The picks of all rotators by their ids; empty until they are known. */
export function usePicks(): Ref<Picks> {
  const world = useWorld()
  const picks = ref<Picks>(new Map())

  async function load(): Promise<void> {
    const found = await ask(http.GET('/api/v1/rotators', { params: { query: { limit: 200 } } })).catch((error: unknown) => {
      if (!(error instanceof Problem)) throw error
    })
    if (found) picks.value = new Map(found.items.map((each: RotatorOut) => [each.id, each.picks]))
  }

  watch(() => world.snapshots, load, { immediate: true })
  const timer = setInterval(() => document.visibilityState === 'visible' && void load(), AGAIN_MS)
  onScopeDispose(() => clearInterval(timer))
  return picks
}
