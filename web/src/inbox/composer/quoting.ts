/* Choosing the message to answer by keys: Alt and up goes to older ones, Alt and down back. */
import type { Draft } from '@/stores/drafts'
import { useDrafts } from '@/stores/drafts'
import { useThreads } from '@/stores/threads'

export function useQuoting(conversationId: () => string, update: (part: Partial<Draft>) => void) {
  const threads = useThreads()
  const drafts = useDrafts()

  /** True where the key was meant for here. */
  function move(key: string): boolean {
    if (key !== 'ArrowUp' && key !== 'ArrowDown') return false
    const lines = (threads.threads.get(conversationId())?.lines ?? []).filter((each) => each.direction !== 'note' && each.kind !== 'poll_vote')
    const now = drafts.of(conversationId()).replyTo
    const at = now ? lines.findIndex((each) => each.id === now) : lines.length
    const next = key === 'ArrowUp' ? Math.max(0, at - 1) : at + 1
    update({ replyTo: lines[next]?.id ?? null })
    return true
  }

  return { move }
}
