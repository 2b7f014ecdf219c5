import { describe, expect, it } from 'vitest'
import type { Line } from './api'
import { type Pending, choose, kindOf, mergeLines, rowsOf } from './thread'

const POLL = { name: 'When?', choices: ['Today', 'Tomorrow'], is_multiple: false }
let count = 0

function line(fields: Partial<Line>): Line {
  const id = fields.id ?? `m${++count}`
  const at = fields.at ?? new Date(Date.UTC(2026, 10, 23, 10, 0, count)).toISOString()
  return { id, at, is_own: true, is_read: false, status: null, hook_id: id, sender: '', kind: 'text', text: '', file: null, location: null, poll: null, choices: [], has_preview: false, ...fields }
}

function waiting(hookId: string, fields: Partial<Pending> = {}): Pending {
  const body = { type: 'message' as const, id: hookId, text: hookId }
  return { hookId, deviceId: 'd', number: '62', at: new Date().toISOString(), body, state: 'sending', ...fields }
}

describe('rows of a chat', () => {
  it('come oldest first, what is not sent yet at the end', () => {
    const rows = rowsOf([line({ text: 'two' }), line({ text: 'one' })], [waiting('three')])
    expect(rows.map((row) => row.line.text)).toEqual(['one', 'two', 'three'])
    expect(rows.map((row) => row.pending?.state)).toEqual([undefined, undefined, 'sending'])
  })

  it('show a message once when the server has it, under the same key', () => {
    const before = rowsOf([], [waiting('x')])
    const after = rowsOf([line({ id: 'm', hook_id: 'x' })], [waiting('x')])
    expect(after).toHaveLength(1)
    expect(after[0]!.pending).toBeNull()
    expect(after[0]!.key).toBe(before[0]!.key)
  })

  it('group what one side says within two minutes, and start days', () => {
    const at = (hour: number, minute: number, day = 20) => new Date(2026, 10, day, hour, minute).toISOString()
    const rows = rowsOf([line({ at: at(9, 0, 21) }), line({ at: at(10, 5), is_own: false }), line({ at: at(10, 1) }), line({ at: at(10, 0) })], [])
    expect(rows.map((row) => row.follows)).toEqual([false, true, false, false])
    expect(rows.map((row) => row.startsDay)).toEqual([true, false, false, true])
  })

  it('show votes in their poll, the last one counts', () => {
    const asked = line({ is_own: false, kind: 'poll', poll: POLL })
    const first = line({ kind: 'poll_vote', poll: POLL, choices: ['Today'] })
    const second = line({ kind: 'poll_vote', poll: POLL, choices: ['Tomorrow'] })
    const rows = rowsOf([second, first, asked], [])
    expect(rows.map((row) => row.chosen)).toEqual([['Tomorrow']])
  })

  it('count a vote for the newest poll of its words, before it is stored, too', () => {
    const old = line({ is_own: false, kind: 'poll', poll: POLL })
    const again = line({ is_own: false, kind: 'poll', poll: POLL })
    const vote = waiting('v', { body: { type: 'message', kind: 'poll_vote', poll: POLL, choices: ['Today'] } })
    expect(rowsOf([again, old], [vote]).map((row) => row.chosen)).toEqual([[], ['Today']])
  })

  it('keep a vote whose poll is not here', () => {
    const rows = rowsOf([line({ kind: 'poll_vote', poll: { ...POLL, name: 'Else' }, choices: ['Today'] })], [])
    expect(rows.map((row) => row.line.choices)).toEqual([['Today']])
  })
})

describe('choosing in a poll', () => {
  it('takes one, or several in the order of the poll', () => {
    expect(choose(POLL, ['Today'], 'Tomorrow')).toEqual(['Tomorrow'])
    const many = { ...POLL, is_multiple: true }
    expect(choose(many, ['Tomorrow'], 'Today')).toEqual(['Today', 'Tomorrow'])
    expect(choose(many, ['Today', 'Tomorrow'], 'Today')).toEqual(['Tomorrow'])
  })
})

it('pages are merged: the newer state of a line wins, newest first', () => {
  const [one, two] = [line({}), line({})]
  const read = { ...one, is_read: true }
  expect(mergeLines([two, one], [read])).toEqual([two, read])
})

it('files are pictures, videos, voices or documents', () => {
  expect(['image/png', 'video/mp4', 'audio/ogg', 'application/pdf', ''].map(kindOf)).toEqual(['image', 'video', 'audio', 'document', 'document'])
})
