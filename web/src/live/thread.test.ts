import { describe, expect, it } from 'vitest'
import type { MessageOut } from '@/api/schema'
import type { LiveEvent } from './events'
import { add, apply, belongs, merge } from './thread'

function line(number: number, time: string, more: Partial<MessageOut> = {}): MessageOut {
  const at = `2026-11-23T10:${time}Z`
  return {
    id: `m${number}`, number, conversation_id: 'c', device_id: 'd', contact_id: 'k', member_id: null, direction: 'out',
    kind: 'text', text: '', media: null, location: null, poll: null, choices: [], status: 'queued', failure: '',
    client_id: null, sender: { kind: 'agent', id: 'a', name: 'Ayu' }, reply_to: null, is_from_phone: false,
    is_possible_repeat: false, is_forwarded: false, is_deleted: false, edited_at: null, reactions: [], sort_at: at, created_at: at, broadcast_id: null, mentions: [], ...more,
  }
}
const numbers = (lines: MessageOut[]) => lines.map((each) => each.number)

describe('merge', () => {
  it('keeps the order of writing, whatever the order of coming', () => {
    const thread = { lines: [] as MessageOut[] }
    for (const each of [line(2, '02:00'), line(1, '01:00'), line(4, '03:00'), line(3, '03:00')]) merge(thread, each)
    expect(numbers(thread.lines)).toEqual([1, 2, 3, 4])
  })

  it('tells lines of one millisecond apart, as the server does', () => {
    const thread = { lines: [] as MessageOut[] }
    for (const each of [line(1, '03:00.123900'), line(2, '03:00.123400'), line(4, '03:00'), line(3, '03:00.000500')]) merge(thread, each)
    expect(numbers(thread.lines)).toEqual([4, 3, 2, 1])
  })

  it('shows each line once, as it was last', () => {
    const thread = { lines: [line(1, '01:00'), line(2, '02:00')] }
    merge(thread, line(1, '01:00', { status: 'read' }))
    expect(thread.lines.map((each) => each.status)).toEqual(['read', 'queued'])
    merge(thread, line(1, '05:00'))
    expect(numbers(thread.lines)).toEqual([2, 1])
  })
})

describe('add', () => {
  it('lets no late answer undo what an event said', () => {
    const thread = { lines: [line(1, '01:00', { status: 'sent' })] }
    add(thread, line(1, '01:00'))
    add(thread, line(2, '02:00'))
    expect(thread.lines.map((each) => each.status)).toEqual(['sent', 'queued'])
  })
})

describe('apply', () => {
  const event = (more: object) => ({ seq: 7, prev: 6, at: '2026-11-23T10:00:00Z', conversation_id: 'c', ...more }) as unknown as LiveEvent
  const conversation = { status: 'assigned', assignee_id: 'a', division_id: 'd', snoozed_until: null }
  const by = { kind: 'user', id: 'u', name: 'Sari' }

  it('takes messages as lines and deeds as steps, each once', () => {
    const thread = { lines: [] as MessageOut[], steps: [], newer: null }
    for (let round = 0; round < 2; round++) {
      expect(apply(thread, event({ type: 'message.sent', message: line(1, '01:00', { status: 'sent' }), conversation }))).toBe(true)
      apply(thread, event({ type: 'conversation.assigned', conversation, by }))
    }
    expect(thread.lines.map((each) => each.status)).toEqual(['sent'])
    expect(thread.steps).toMatchObject([{ seq: 7, type: 'conversation.assigned', by, assignee_id: 'a', note: '' }])
  })

  it.each([{ is_removed: true, type: 'conversation.updated' }, { type: 'conversation.updated', conversation, by }, { type: 'contact.updated', contact: {} }])(
    'leaves the lines as they are for %o', (more) => expect(apply({ lines: [], steps: [], newer: null }, event(more))).toBe(false),
  )
})

describe('belongs', () => {
  it('takes no new line into a part of the past, lest there be a gap', () => {
    const past = { lines: [line(1, '01:00')], newer: 'next' }
    expect([line(1, '01:00'), line(9, '09:00')].map((each) => belongs(past, each))).toEqual([true, false])
    expect(belongs({ ...past, newer: null }, line(9, '09:00'))).toBe(true)
  })
})
