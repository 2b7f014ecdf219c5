import { describe, expect, it } from 'vitest'
import type { ConversationEventOut } from '@/api/schema'
import { type Names, sentencesOf } from './steps'

const names: Names = {
  agent: (id) => ({ a: 'Ayu', b: 'Bima' })[id ?? ''] ?? '',
  division: (id) => (id === 'v' ? 'Orders' : ''),
  rule: (id) => (id === 'r' ? 'Order number' : ''),
  device: 'Toko',
  isSelf: (person, agent) => person === agent || (person === 'u' && agent === 'a'),
  when: (at) => at,
  me: new Set(['a']),
  words: { You: 'You', you: 'you', somebody: 'somebody', blocked: 'blocked' },
}
const SYSTEM = { kind: 'system' as const, id: null, name: '' }
const AYU = { kind: 'agent' as const, id: 'a', name: 'Ayu' }
const BIMA = { kind: 'agent' as const, id: 'b', name: 'Bima' }

function step(type: string, more: Partial<ConversationEventOut> = {}): ConversationEventOut {
  return {
    seq: 1, type: `conversation.${type}`, at: '', by: SYSTEM, status: 'assigned', assignee_id: 'a', division_id: 'v',
    turn_id: null, rule_id: null, snoozed_until: null, reason: '', note: '', ...more,
  }
}

function said(now: ConversationEventOut, before: ConversationEventOut | null = null, routed: ConversationEventOut | null = null) {
  return sentencesOf({ step: now, before, routed }, names).map(({ key, params }) => `${key.slice(13)} ${params['By'] ?? ''}>${params['to'] ?? params['rule']}`)
}

describe('sentencesOf', () => {
  it.each([
    [step('opened'), 'opened somebody>you'],
    [step('opened', { by: BIMA }), 'openedBy Bima>you'],
    [step('assigned', { turn_id: 't' }), 'turn somebody>you'],
    [step('assigned', { assignee_id: 'b' }), 'returned somebody>Bima'],
    [step('assigned', { by: AYU }), 'taken You>you'],
    [step('transferred', { by: AYU, assignee_id: 'b' }), 'transferred You>Bima'],
    [step('transferred', { by: BIMA, assignee_id: null }), 'transferredToDivision Bima>somebody'],
    [step('released', { by: AYU, assignee_id: null }), 'released You>somebody'],
    [step('released', { assignee_id: null }), 'requeued somebody>somebody'],
    [step('resolved', { by: AYU }), 'resolvedBy You>you'],
    [step('resolved', { by: AYU, reason: 'Paid' }), 'resolvedByBecause You>you'],
    [step('snoozed', { by: AYU, status: 'snoozed' }), 'snoozed You>you'],
    [step('assigned', { by: BIMA }), 'assignedBy Bima>you'],
    [step('assigned', { by: { kind: 'user', id: 'u', name: 'Sari' } }), 'taken Sari>you'],
    [step('reopened'), 'reopened somebody>you'],
    [step('assigned', { assignee_id: 'gone', turn_id: 't' }), 'turn somebody>somebody'],
  ])('says %o', (now, words) => expect(said(now)).toEqual([words]))

  it('names from whom it was taken', () => {
    const now = step('assigned', { by: BIMA, assignee_id: 'b' })
    expect(said(now, step('assigned'))).toEqual(['takenFrom Bima>Bima'])
    expect(sentencesOf({ step: now, before: step('assigned'), routed: null }, names)[0]?.params['from']).toBe('you')
  })

  it('tells waking from opening again', () => {
    const before = step('snoozed', { status: 'snoozed' })
    expect(said(step('reopened'), before)).toEqual(['woken somebody>you'])
    expect(said(step('reopened', { assignee_id: null }), before)).toEqual(['wokenWaiting somebody>somebody'])
    expect(said(step('reopened', { by: AYU }), before)).toEqual(['wokenBy You>you'])
  })

  it('says that a transfer came with a note', () => {
    expect(said(step('transferred', { by: AYU, assignee_id: 'b', note: 'Refund' }))).toEqual(['transferred You>Bima', 'noted >undefined'])
  })

  it('joins how it was routed', () => {
    expect(said(step('opened'), null, step('routed', { rule_id: 'r' }))).toEqual(['opened somebody>you', 'ruled >Order number'])
    expect(said(step('opened'), null, step('routed', { rule_id: 'hidden' }))).toEqual(['opened somebody>you', 'ruledByOne >'])
    expect(said(step('opened'), null, step('routed'))).toEqual(['opened somebody>you', 'routed >'])
  })
})
