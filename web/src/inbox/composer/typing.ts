/* Tells colleagues that I am typing: now and then while it goes on, and once when it stopped. */
import { onScopeDispose } from 'vue'
import { useLive } from '@/stores/live'

const AGAIN_MS = 4_000
const IDLE_MS = 6_000

export function useTypingSignal(conversationId: () => string) {
  const live = useLive()
  let saidAt = 0
  let idle: ReturnType<typeof setTimeout> | undefined

  const say = (active: boolean) => live.say({ type: 'typing', conversation_id: conversationId(), active })

  function typed(): void {
    clearTimeout(idle)
    idle = setTimeout(stopped, IDLE_MS)
    if (Date.now() - saidAt < AGAIN_MS) return
    saidAt = Date.now()
    say(true)
  }

  function stopped(): void {
    clearTimeout(idle)
    if (saidAt) say(false)
    saidAt = 0
  }

  onScopeDispose(stopped)
  return { typed, stopped }
}
