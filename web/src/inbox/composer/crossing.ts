/* Whether somebody wrote while the reply was being written: then it asks before it sends, unless what
   came has been seen long enough to have been read; or the server found it, which then sent nothing. */
import { type Ref, computed, ref, watch } from 'vue'
import type { MessageOut } from '@/api/schema'
import { type Draft, isEmpty } from '@/stores/drafts'
import { useLive } from '@/stores/live'
import { useOutgoing } from '@/stores/outgoing'
import { useSession } from '@/stores/session'
import { useThreads } from '@/stores/threads'
import { useLooking } from '../watching'
import { newestOf } from './newest'

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
  const live = useLive()
  const outgoing = useOutgoing()
  const isHeld = ref(false)
  const isAsking = computed(() => isHeld.value || outgoing.crossed.has(conversationId()))
  const crossing = ref<Crossing | null>(null)
  const crossedBy = computed(() => crossing.value?.by)

  const isMine = ({ sender }: MessageOut) => sender.id !== null && [session.agentId, session.me?.user?.id].includes(sender.id)
  const lines = () => threads.threads.get(conversationId())?.lines ?? []
  const newest = computed(() => lines().findLast((line) => !isMine(line)))

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
    isHeld.value = !isAsking.value && asksFirst(crossing.value, Date.now())
    return isHeld.value
  }

  /** The line that a reply must not be sent over unseen: none after being asked, nor without a connection,
      for what is written then waits and goes out. */
  function guard(isSure: boolean): string | null {
    return isSure || live.state === 'offline' ? null : (newestOf(lines())?.id ?? null)
  }

  function dismiss(): void {
    isHeld.value = false
    outgoing.crossed.delete(conversationId())
    crossing.value = null
  }

  return { isAsking, crossedBy, holds, guard, dismiss }
}
