/* What somebody may do with a conversation: the server's own rules, so that only what works is offered. */
import type { ConversationOut } from '@/api/schema'

export type Deed = 'take' | 'takeOver' | 'transfer' | 'release' | 'snooze' | 'wake' | 'resolve' | 'reopen'

export interface Person {
  agentId: string | null
  isSupervising: boolean
}

export function allowed(conversation: ConversationOut, person: Person): Set<Deed> {
  if (conversation.status === 'resolved') return new Set(['reopen'])
  const owner = conversation.assignee_id
  const isMine = owner !== null && owner === person.agentId
  const deeds = new Set<Deed>()
  if (!owner) deeds.add('take')
  else if (!isMine) deeds.add('takeOver')
  if (isMine || person.isSupervising) {
    deeds.add('transfer').add('snooze').add('resolve')
    if (conversation.status === 'snoozed') deeds.add('wake')
    if (owner) deeds.add('release')
  }
  return deeds
}
