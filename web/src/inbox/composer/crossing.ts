/* Whether somebody wrote in the very moment in which a reply was to go out. */
import { computed, ref, watch } from 'vue'
import { useSession } from '@/stores/session'
import { useThreads } from '@/stores/threads'

const CROSSING_MS = 3_000

export function useCrossing(conversationId: () => string) {
  const threads = useThreads()
  const session = useSession()
  const isAsking = ref(false)
  let cameAt = 0
  const last = computed(() => threads.threads.get(conversationId())?.lines.at(-1))

  watch(last, (line, before) => {
    if (!line || !before || line.id === before.id || line.number < before.number) return
    const isMine = line.direction === 'out' && [session.agentId, session.me?.user?.id].includes(line.sender.id)
    if (!isMine) cameAt = Date.now()
  })

  /** Whether to ask first; asked once, the answer is to send. */
  function holds(): boolean {
    const isCrossing = !isAsking.value && Date.now() - cameAt < CROSSING_MS
    isAsking.value = isCrossing
    return isCrossing
  }

  function dismiss(): void {
    isAsking.value = false
    cameAt = 0
  }

  return { isAsking, last, holds, dismiss }
}
