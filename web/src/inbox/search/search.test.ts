import { describe, expect, it } from 'vitest'
import { everywhere, queryOf, viewOf } from './search'

describe('queryOf', () => {
  it('asks for nothing that was not chosen', () => {
    expect(queryOf(' order ', everywhere())).toEqual({ q: 'order' })
  })

  it('includes the last day whole', () => {
    const query = queryOf('order', { ...everywhere(), kind: 'note', from: '2026-11-01', until: '2026-11-30' })
    expect(query.kind).toBe('note')
    expect(new Date(query.since!).toString()).toContain('Nov 01 2026 00:00:00')
    expect(new Date(query.until!).toString()).toContain('Dec 01 2026 00:00:00')
  })
})

describe('viewOf', () => {
  it('opens a hit in the list where its conversation stands', () => {
    expect(viewOf({ status: 'resolved', assignee_id: 'a' }, 'a')).toBe('resolved')
    expect(viewOf({ status: 'snoozed', assignee_id: 'a' }, 'a')).toBe('snoozed')
    expect(viewOf({ status: 'waiting', assignee_id: null }, 'a')).toBe('waiting')
    expect(viewOf({ status: 'assigned', assignee_id: 'a' }, 'a')).toBe('mine')
    expect(viewOf({ status: 'assigned', assignee_id: 'b' }, 'a')).toBe('all')
    expect(viewOf({ status: 'assigned', assignee_id: 'b' }, null)).toBe('all')
  })
})
