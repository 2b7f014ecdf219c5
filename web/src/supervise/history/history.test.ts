import { describe, expect, it } from 'vitest'
import type { HistoryLine } from '@/api/schema'
import { after, everything, queryOf, statusOf } from './history'

const line = (message: object, queued: object | null = null) => ({ message, queued, contact: {} }) as unknown as HistoryLine

describe('the list of messages', () => {
  it('asks for what is chosen alone', () => {
    expect(queryOf(everything())).toEqual({})
    expect(queryOf({ ...everything(), q: ' 0812 ', status: 'failed', device: 'd' })).toEqual({ q: '0812', status: 'failed', device_id: 'd' })
    expect(queryOf({ ...everything(), since: '2026-11-26T10:00' }).since).toMatch(/^2026-11-2\dT\d\d:\d\d:00.000Z$/)
  })

  it.each([
    [{ direction: 'in', status: null, failure: '' }, 'received'],
    [{ direction: 'out', status: 'failed', failure: 'cancelled' }, 'cancelled'],
    [{ direction: 'out', status: 'failed', failure: 'No such number.' }, 'failed'],
    [{ direction: 'out', status: 'sending', failure: '' }, 'queued'],
    [{ direction: 'out', status: 'read', failure: '' }, 'read'],
  ])('calls %o %s', (message, status) => expect(statusOf(line(message))).toBe(status))

  it('has nothing in the queue of what does not wait any more', () => {
    const waiting = line({ id: 'm', status: 'queued' }, { state: 'queued' })
    expect(after(waiting, { ...waiting.message, status: 'sent' }).queued).toBeNull()
    expect(after(waiting, waiting.message).queued).toEqual({ state: 'queued' })
  })
})
