/* Whether what was done with a conversation can still be undone: the server refuses what somebody else
   has changed since. Pure. */
import type { ConversationOut } from '@/api/schema'

export type Obstacle = { kind: 'owner'; agent: string } | { kind: 'yours' | 'waiting' | 'open' | 'newer' }

const heldBy = (agent: string, me: string | null): Obstacle => (agent === me ? { kind: 'yours' } : { kind: 'owner', agent })

/** Of a release or a transfer: it must stand where it was put. `now` is what the world holds: nothing where it
    is out of sight, and the server knows. */
export function obstacleToReturn(heir: string | null, now: ConversationOut | undefined, me: string | null): Obstacle | null {
  if (!now || now.assignee_id === heir) return null
  return now.assignee_id ? heldBy(now.assignee_id, me) : { kind: 'waiting' }
}

/** Of resolving: it must still be resolved, and the customer's latest. */
export function obstacleToReopen(resolved: ConversationOut, open: Iterable<ConversationOut>): Obstacle | null {
  for (const each of open) {
    if (each.id === resolved.id) return each.assignee_id && each.assignee_id !== resolved.assignee_id ? { kind: 'owner', agent: each.assignee_id } : { kind: 'open' }
    if (each.contact.id === resolved.contact.id && each.device.id === resolved.device.id) return { kind: 'newer' }
  }
  return null
}
