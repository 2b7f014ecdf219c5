import { describe, expect, it } from 'vitest'
import type { ConversationEventOut, MessageOut } from '@/api/schema'
import type { Outgoing } from '@/stores/outgoing'
import { type Story, firstUnread, rowsOf, votesOf } from './timeline'

const day = '2026-11-23T10:'
let number = 0

function line(time: string, more: Partial<MessageOut> = {}): MessageOut {
  const at = time.includes('T') ? time : day + time
  number++
  return {
    id: `m${number}`, number, conversation_id: 'c', device_id: 'd', contact_id: 'k', member_id: null, direction: 'in',
    kind: 'text', text: 'hi', media: null, location: null, poll: null, choices: [], status: null, failure: '',
    client_id: null, sender: { kind: 'contact', id: 'k', name: 'Nadia' }, reply_to: null, is_from_phone: false,
    is_possible_repeat: false, is_forwarded: false, is_deleted: false, edited_at: null, reactions: [], sort_at: at, created_at: at, broadcast_id: null, mentions: [], ...more,
  }
}

const mine = { direction: 'out' as const, sender: { kind: 'agent' as const, id: 'a', name: 'Ayu' } }

function step(type: string, time: string, seq: number): ConversationEventOut {
  return {
    seq, type: `conversation.${type}`, at: day + time, by: { kind: 'system', id: null, name: '' }, status: 'assigned',
    assignee_id: 'a', division_id: 'v', turn_id: null, rule_id: null, snoozed_until: null, reason: '', note: '',
  }
}

function outgoing(clientId: string, time: string): Outgoing {
  return { clientId, conversationId: 'c', at: day + time, text: 'yes', media: null, location: null, poll: null, replyTo: null, expectedLast: null, refusal: null }
}

function shown(story: Partial<Story>): string[] {
  const rows = rowsOf({ lines: [], steps: [], hasOlder: false, outgoing: [], firstNew: null, ...story })
  return rows.map((row) => {
    if (row.kind === 'line' || row.kind === 'outgoing') return row.kind + (row.isCont ? '+' : '')
    if (row.kind === 'step') return row.step.type.slice(13) + (row.routed ? '+routed' : '')
    return row.kind
  })
}

describe('rowsOf', () => {
  it('is empty for an empty thread', () => expect(shown({})).toEqual([]))

  it('parts days and groups what one person wrote within two minutes', () => {
    const lines = [line('2026-11-20T10:00:00Z'), line('00:00Z'), line('01:00Z'), line('02:00Z', mine), line('09:00Z', mine)]
    expect(shown({ lines })).toEqual(['day', 'line', 'day', 'line', 'line+', 'line', 'line'])
  })

  it('puts steps before the line that caused them, though its writer’s clock was early', () => {
    const lines = [line('00:01.000Z', { created_at: `${day}00:02.000Z` }), line('05:00Z', mine)]
    const steps = [step('opened', '00:02.000Z', 1), step('routed', '00:02.000Z', 2), step('assigned', '00:02.000Z', 3), step('resolved', '06:00Z', 4)]
    expect(shown({ lines, steps })).toEqual(['day', 'opened+routed', 'assigned', 'line', 'line', 'resolved'])
  })

  it('lets a late line of long ago stay where it was written', () => {
    const lines = [line('00:00Z', { created_at: `${day}30:00Z` }), line('10:00Z')]
    expect(shown({ lines, steps: [step('assigned', '05:00Z', 1)] })).toEqual(['day', 'line', 'assigned', 'line'])
  })

  it('hides steps before the oldest line while older ones are not loaded, and unknown steps', () => {
    const steps = [step('opened', '00:00Z', 1), step('assigned', '20:00Z', 2), step('updated', '21:00Z', 3)]
    expect(shown({ lines: [line('10:00Z')], steps, hasOlder: true })).toEqual(['day', 'line', 'assigned'])
  })

  it('shows a reply on its way until its line is there', () => {
    const items = [outgoing('x', '11:00Z'), outgoing('y', '11:30Z')]
    expect(shown({ lines: [line('10:00Z')], outgoing: items })).toEqual(['day', 'line', 'outgoing', 'outgoing+'])
    expect(shown({ lines: [line('10:00Z', { ...mine, client_id: 'x' })], outgoing: items })).toEqual(['day', 'line', 'outgoing'])
  })

  it('keeps the key of a bubble when its line comes', () => {
    const [, sent] = rowsOf({ lines: [line('10:00Z', { ...mine, client_id: 'x' })], steps: [], hasOlder: false, outgoing: [], firstNew: null })
    expect(sent?.key).toBe('x')
  })

  it('divides at the first unread line, and breaks the group there', () => {
    const lines = [line('00:00Z'), line('00:10Z'), line('00:20Z')]
    const firstNew = firstUnread(lines, 2, lines[2]!.id, false)
    expect(shown({ lines, firstNew })).toEqual(['day', 'line', 'new', 'line', 'line+'])
  })
})

describe('firstUnread', () => {
  const lines = [line('00:00Z'), line('01:00Z'), line('02:00Z', mine), line('03:00Z'), line('04:00Z')]
  const [first, second, , fourth] = lines.map((each) => each.id)

  it('counts what the contact wrote, back from the last line there was', () => {
    expect(firstUnread(lines, 0, fourth!, false)).toBeNull()
    expect(firstUnread(lines, 1, fourth!, false)).toBe(fourth)
    expect(firstUnread(lines, 2, fourth!, true)).toBe(second)
    expect(firstUnread([], 3, null, false)).toBeNull()
  })

  it('waits for older lines where there are some', () => {
    expect(firstUnread(lines, 9, fourth!, true)).toBeNull()
    expect(firstUnread(lines, 9, fourth!, false)).toBe(first)
  })
})

describe('votesOf', () => {
  const poll = (time: string, choices: string[]) => line(time, { ...mine, kind: 'poll', poll: { name: 'When?', choices } })
  const vote = (time: string, choices: string[], who = 'k') => line(time, { kind: 'poll_vote', choices, contact_id: who })

  it('counts the last vote of each voter, for the newest poll that has these choices', () => {
    const [one, other] = [poll('00:00Z', ['a', 'b']), poll('01:00Z', ['a', 'c'])]
    const votes = votesOf([one, other, vote('02:00Z', ['b']), vote('03:00Z', ['a']), vote('04:00Z', ['c']), vote('05:00Z', ['a'], 'other')])
    expect(votes.get(one.id)).toEqual(new Map([['b', 1]]))
    expect(votes.get(other.id)).toEqual(new Map([['c', 1], ['a', 1]]))
  })

  it('leaves out votes for nothing that is known', () => {
    expect(votesOf([vote('00:00Z', ['a']), poll('01:00Z', ['a', 'b'])]).size).toBe(0)
  })
})
