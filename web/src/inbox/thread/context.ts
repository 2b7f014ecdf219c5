/* What the parts of one thread share: its quoted lines, its votes, its pictures, and answering to a line. */
import { type ComputedRef, type InjectionKey, inject } from 'vue'
import type { ConversationOut, MediaOut, MessageOut } from '@/api/schema'

export interface ThreadContext {
  conversation: ComputedRef<ConversationOut>
  /** Its contact, in words: these stay the same while the conversation changes with every event. */
  contactId: ComputedRef<string>
  face: ComputedRef<string>
  /** Whether the server would take a reply of whoever looks. */
  canReply: ComputedRef<boolean>
  votes: ComputedRef<Map<string, Map<string, number>>>
  lineOf: (id: string) => MessageOut | undefined
  quote: (line: MessageOut) => void
  goTo: (id: string) => void
  enlarge: (media: MediaOut) => void
}

export const THREAD: InjectionKey<ThreadContext> = Symbol('thread')

export function useThread(): ThreadContext {
  const thread = inject(THREAD)
  if (!thread) throw new Error('outside of a thread')
  return thread
}
