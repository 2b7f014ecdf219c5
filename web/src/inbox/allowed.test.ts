import { describe, expect, it } from 'vitest'
import type { ConversationOut } from '@/api/schema'
import { allowed } from './allowed'

const conversation = (status: ConversationOut['status'], assignee_id: string | null) => ({ status, assignee_id }) as ConversationOut
const agent = { agentId: 'me', isSupervising: false }
const supervisor = { agentId: null, isSupervising: true }

describe('allowed', () => {
  it('lets an agent dispose of what is theirs only', () => {
    expect([...allowed(conversation('assigned', 'me'), agent)]).toEqual(['transfer', 'snooze', 'resolve', 'release'])
    expect([...allowed(conversation('assigned', 'other'), agent)]).toEqual(['takeOver'])
    expect([...allowed(conversation('waiting', null), agent)]).toEqual(['take'])
  })

  it('lets a supervisor dispose of everything that is open', () => {
    expect([...allowed(conversation('assigned', 'other'), supervisor)]).toEqual(['takeOver', 'transfer', 'snooze', 'resolve', 'release'])
    expect([...allowed(conversation('unrouted', null), supervisor)]).toEqual(['take', 'transfer', 'snooze', 'resolve'])
  })

  it('lets the owner of a snoozed one wake it', () => {
    expect([...allowed(conversation('snoozed', 'me'), agent)]).toContain('wake')
    expect([...allowed(conversation('snoozed', 'other'), agent)]).toEqual(['takeOver'])
  })

  it('offers nothing but reopening for a resolved one', () => {
    expect([...allowed(conversation('resolved', 'me'), agent)]).toEqual(['reopen'])
  })
})
