import { describe, expect, it } from 'vitest'
import type { ConversationOut } from '@/api/schema'
import { type Entry, entriesOf, foundEntries, idsOf, neighbour, severalNumbers } from './rows'
import { isLonger } from './steady'

function conversation(id: string, facts: Partial<ConversationOut> = {}, line = 0): ConversationOut {
  return {
    id,
    contact: { id: `c-${id}`, name: id, number: '6281100000417', labels: [], is_blocked: false },
    device: { id: 'd', number: '62812' },
    division_id: null,
    assignee_id: 'me',
    status: 'assigned',
    unread: 0,
    received: 0,
    menu: null,
    last_message: { id: 'l', direction: 'in', kind: 'text', text: '', status: null, member: '', sort_at: at(line) },
    waiting_since: null,
    labels: [],
    snoozed_until: null,
    opened_at: at(0),
    resolved_at: null,
    ...facts,
  }
}
const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 10, minute)).toISOString()

describe('entriesOf', () => {
  const some = [
    conversation('answered', {}, 9),
    conversation('short', { waiting_since: at(8) }, 8),
    conversation('long', { waiting_since: at(2) }, 10),
    conversation('older', {}, 1),
  ]

  it('puts mine into two sections, the longest wait first', () => {
    const entries = entriesOf(some, 'mine', 'longest')
    expect(idsOf(entries)).toEqual(['long', 'short', 'answered', 'older'])
    expect(entries[0]).toEqual({ kind: 'section', name: 'unanswered', count: 2 })
    expect(entries[3]).toEqual({ kind: 'section', name: 'answered', count: 2 })
  })

  it('orders by the newest line when asked to', () => {
    expect(idsOf(entriesOf(some, 'all', 'newest'))).toEqual(['long', 'answered', 'short', 'older'])
  })

  it('puts what comes back next first', () => {
    const snoozed = [conversation('b', { snoozed_until: at(9) }), conversation('a', { snoozed_until: at(4) })]
    expect(idsOf(entriesOf(snoozed, 'snoozed', 'newest'))).toEqual(['a', 'b'])
  })

  it('shows no heading over nothing', () => {
    expect(entriesOf([], 'mine', 'longest')).toEqual([])
    expect(foundEntries([], [conversation('x')])[0]).toMatchObject({ name: 'elsewhere' })
  })
})

describe('neighbour', () => {
  const ids = ['a', 'b', 'c']

  it('steps and stays inside', () => {
    expect(neighbour(ids, 'a', 1, 0)).toBe('b')
    expect(neighbour(ids, 'a', -1, 0)).toBe('a')
    expect(neighbour(ids, undefined, 1, 0)).toBe('a')
    expect(neighbour(ids, undefined, -1, 0)).toBe('c')
  })

  it('goes on from the place of one that has left', () => {
    expect(neighbour(ids, 'gone', 1, 1)).toBe('b')
    expect(neighbour(ids, 'gone', -1, 1)).toBe('a')
    expect(neighbour([], 'gone', 1, 1)).toBeUndefined()
  })
})

describe('isLonger', () => {
  const row = (id: string): Entry => ({ kind: 'row', id })

  it('lets rows come below, and nothing else', () => {
    expect(isLonger([row('a')], [row('a'), row('b')])).toBe(true)
    expect(isLonger([row('a')], [row('b'), row('a')])).toBe(false)
    expect(isLonger([row('a'), row('b')], [row('a')])).toBe(false)
  })
})

describe('severalNumbers', () => {
  const of = (id: string, contact: string, number: string) =>
    conversation(id, { contact: { id: contact, name: 'Nadia', number, labels: [], is_blocked: false } })

  it('names who is listed with more than one number', () => {
    const listed = [of('1', 'nadia', '62811'), of('2', 'nadia', '62812'), of('3', 'yusuf', '62813'), of('4', 'yusuf', '62813')]
    expect([...severalNumbers(listed)]).toEqual(['nadia'])
  })
})
