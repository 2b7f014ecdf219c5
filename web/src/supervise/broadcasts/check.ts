/* What would come of a broadcast as it is typed: asked of the server a moment after the last key. */
import { onScopeDispose, ref, shallowRef, watch } from 'vue'
import { Problem, ask, http } from '@/api/http'
import type { BroadcastCheck } from '@/api/schema'
import { type BroadcastForm, bodyOf, isReady } from './broadcast'

const PAUSE_MS = 500

export function useCheck(form: () => BroadcastForm) {
  const found = shallowRef<BroadcastCheck | null>(null)
  const problem = shallowRef<Problem | null>(null)
  const isChecking = ref(false)
  let round = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  /** Ask now; null where it cannot be sent as it is. */
  async function check(): Promise<BroadcastCheck | null> {
    clearTimeout(timer)
    const mine = ++round
    isChecking.value = true
    try {
      const answer = await ask(http.POST('/api/v1/broadcasts/check', { body: bodyOf(form()) }))
      if (mine !== round) return null
      problem.value = null
      return (found.value = answer)
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      if (mine !== round) return null
      problem.value = error
      return (found.value = null)
    } finally {
      if (mine === round) isChecking.value = false
    }
  }

  function soon(): void {
    clearTimeout(timer)
    if (isReady(form())) timer = setTimeout(() => void check(), PAUSE_MS)
    else {
      round++
      found.value = null
      problem.value = null
      isChecking.value = false
    }
  }

  watch(() => JSON.stringify(bodyOf(form())), soon, { immediate: true })
  onScopeDispose(() => clearTimeout(timer))
  return { found, problem, isChecking, check }
}
