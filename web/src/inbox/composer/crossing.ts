/* Whether somebody wrote in the very moment in which a reply was to go out, as far as it was seen here; or
   as the server found, which then sent nothing. */
import { computed, ref, watch } from 'vue'
import { useLive } from '@/stores/live'
import { useOutgoing } from '@/stores/outgoing'
import { useSession } from '@/stores/session'
import { useThreads } from '@/stores/threads'
import { newestOf } from './newest'

const CROSSING_MS = 3_000

export function useCrossing(conversationId: () => string) {
  const live = useLive()
  const threads = useThreads()
  const outgoing = useOutgoing()
  const session = useSession()
  const isHeld = ref(false)
  const isAsking = computed(() => isHeld.value || outgoing.crossed.has(conversationId()))
  let cameAt = 0
  const last = computed(() => newestOf(threads.threads.get(conversationId())?.lines ?? []))

  watch(last, (line, before) => {
    if (!line || !before || line.id === before.id || line.number < before.number) return
    const isMine = line.direction !== 'in' && [session.agentId, session.me?.user?.id].includes(line.sender.id)
    if (!isMine) cameAt = Date.now()
  })

  /** Whether to ask first; asked once, the answer is to send. */
  function holds(): boolean {
    const isCrossing = !isAsking.value && Date.now() - cameAt < CROSSING_MS
    isHeld.value = isCrossing
    return isCrossing
  }

  /** The line that a reply must not be sent over unseen: none after being asked, nor without a connection,
      for what is written then waits and goes out. */
  function guard(isSure: boolean): string | null {
    return isSure || live.state === 'offline' ? null : (last.value?.id ?? null)
  }

  function dismiss(): void {
    isHeld.value = false
    outgoing.crossed.delete(conversationId())
    cameAt = 0
  }

  return { isAsking, last, holds, guard, dismiss }
}
