/* What stands between a reply and the customer, most blocking first. Pure. */
import type { ConversationOut } from '@/api/schema'

export type Truth =
  | { kind: 'blocked' | 'resolved' | 'waiting' | 'device' | 'quota' | 'offline' | 'crossed' }
  | { kind: 'owned'; owner: string; isTaken: boolean }

export interface Circumstances {
  conversation: ConversationOut
  /** The seat of whoever looks. */
  me: string | null
  isDeviceConnected: boolean
  /** Whether the device has sent all that its package allows in this month. */
  isUsedUp: boolean
  isOffline: boolean
  /** Whether it was mine while I wrote what is in the composer. */
  wasMine: boolean
  /** Whether somebody wrote while I was about to send. */
  hasCrossed: boolean
}

/** Whether the server would take a reply: it is open and mine. */
export const canReplyTo = (conversation: ConversationOut, me: string | null): boolean =>
  conversation.status !== 'resolved' && me !== null && conversation.assignee_id === me

export function truthOf(now: Circumstances): Truth | null {
  const { conversation, me } = now
  if (conversation.contact.is_blocked) return { kind: 'blocked' }
  if (conversation.status === 'resolved') return { kind: 'resolved' }
  if (!conversation.assignee_id) return { kind: 'waiting' }
  if (conversation.assignee_id !== me) return { kind: 'owned', owner: conversation.assignee_id, isTaken: now.wasMine }
  if (now.isOffline) return { kind: 'offline' }
  if (now.isUsedUp) return { kind: 'quota' }
  if (!now.isDeviceConnected) return { kind: 'device' }
  return now.hasCrossed ? { kind: 'crossed' } : null
}
