/* Whether somebody wrote while the reply was being written: then it asks before it sends, unless what
   came has been seen long enough to have been read. */
import { type Ref, computed, ref, watch } from 'vue'
import type { MessageOut } from '@/api/schema'
import { type Draft, isEmpty } from '@/stores/drafts'
import { useSession } from '@/stores/session'
import { useThreads } from '@/stores/threads'
import { useLooking } from '../watching'

/** A line that came upon a draft, and since when it is looked at. */
export interface Crossing {
  by: string
  seenSince: number | null
}

const READ_MS = 4_000

/** Whether a line comes upon this draft. `before` is the newest one that was known: without it the thread
    was just loaded, and only what was written after the draft counts. */
export function isCrossing(line: MessageOut, before: MessageOut | undefined, draft: Draft): boolean {
  if (isEmpty(draft)) return false
  if (before) return line.number > before.number
  return draft.at !== null && Date.parse(line.sort_at) > Date.parse(draft.at)
}

/** Whether to ask before sending: what came upon the draft was not seen, or only now. */
export function asksFirst(crossing: Crossing | null, now: number): boolean {
  return crossing !== null && (crossing.seenSince === null || now - crossing.seenSince < READ_MS)
}

export function useCrossing(conversationId: () => string, draft: Readonly<Ref<Draft>>) {
  const threads = useThreads()
  const session = useSession()
  const isLooking = useLooking()
  const isAsking = ref(false)
  const crossing = ref<Crossing | null>(null)
  const crossedBy = computed(() => crossing.value?.by)

  const isMine = ({ sender }: MessageOut) => sender.id !== null && [session.agentId, session.me?.user?.id].includes(sender.id)
  const newest = computed(() => threads.threads.get(conversationId())?.lines.findLast((line) => !isMine(line)))

  watch(
    newest,
    (line, before) => {
      if (!line || line.id === before?.id || !isCrossing(line, before, draft.value)) return
      crossing.value = { by: line.sender.name, seenSince: isLooking.value ? Date.now() : null }
    },
    { immediate: true },
  )
  watch(isLooking, (now) => {
    if (now && crossing.value) crossing.value.seenSince ??= Date.now()
  })
  watch(() => isEmpty(draft.value), (now) => now && dismiss())

  /** Whether to ask first; asked once, the answer is to send. */
  function holds(): boolean {
    isAsking.value = !isAsking.value && asksFirst(crossing.value, Date.now())
    return isAsking.value
  }

  function dismiss(): void {
    isAsking.value = false
    crossing.value = null
  }

  return { isAsking, crossedBy, holds, dismiss }
}
