import { describe, expect, it } from 'vitest'
import type { ConversationOut } from '@/api/schema'
import { type Circumstances, canReplyTo, truthOf } from './truth'

const conversation = {
  id: 'c', contact: { id: 'k', name: 'Nadia', number: '62', labels: [], is_blocked: false }, device: { id: 'd', number: '62' }, division_id: 'v',
  assignee_id: 'a', status: 'assigned', unread: 0, received: 0, last_message: null, waiting_since: null, labels: [], menu: null, snoozed_until: null, opened_at: '', resolved_at: null,
} satisfies ConversationOut
const fine: Circumstances = { conversation, me: 'a', isDeviceConnected: true, isUsedUp: false, isOffline: false, wasMine: false, hasCrossed: false }
const resolved = { ...conversation, status: 'resolved' as const, assignee_id: 'b' }

describe('truthOf', () => {
  it.each([
    ['nothing', {}, undefined],
    ['resolved before all', { conversation: resolved, isDeviceConnected: false, isOffline: true }, 'resolved'],
    ['blocked before all', { conversation: { ...resolved, contact: { ...resolved.contact, is_blocked: true } } }, 'blocked'],
    ['an owner before the device', { conversation: { ...conversation, assignee_id: 'b' }, isDeviceConnected: false }, 'owned'],
    ['nobody’s', { conversation: { ...conversation, assignee_id: null, status: 'waiting' as const } }, 'waiting'],
    ['offline before the device, of which nothing is known then', { isOffline: true, isDeviceConnected: false }, 'offline'],
    ['used up before the device, for that does not come back by itself', { isUsedUp: true, isDeviceConnected: false }, 'quota'],
    ['the device', { isDeviceConnected: false, hasCrossed: true }, 'device'],
    ['crossed', { hasCrossed: true }, 'crossed'],
  ])('says %s', (_, more, kind) => expect(truthOf({ ...fine, ...more })?.kind).toBe(kind))

  it('names the owner, also for who has no seat', () => {
    expect(truthOf({ ...fine, me: null })).toEqual({ kind: 'owned', owner: 'a', isTaken: false })
    expect(truthOf({ ...fine, me: 'b', wasMine: true })).toEqual({ kind: 'owned', owner: 'a', isTaken: true })
  })
})

describe('canReplyTo', () => {
  it('is so for the owner of an open conversation', () => {
    expect(canReplyTo(conversation, 'a')).toBe(true)
    expect(canReplyTo(conversation, 'b')).toBe(false)
    expect(canReplyTo({ ...conversation, assignee_id: null }, null)).toBe(false)
    expect(canReplyTo({ ...conversation, status: 'resolved' }, 'a')).toBe(false)
  })
})
