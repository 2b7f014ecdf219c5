import { describe, expect, it } from 'vitest'
import type { MediaOut } from '@/api/schema'
import { blankBroadcast, bodyOf, doneOf, isReady, segmentsOf, spanOf, stateOf, timeTrouble } from './broadcast'

const none = { queued: 0, sent: 0, delivered: 0, read: 0, failed: 0, unknown: 0, cancelled: 0 }

describe('a broadcast', () => {
  it('has a bar of what there is, the best first, that is whole', () => {
    const segments = segmentsOf({ ...none, queued: 5, read: 3, failed: 2 })
    expect(segments.map(({ fate, count, share }) => [fate, count, share])).toEqual([['read', 3, 30], ['failed', 2, 20], ['queued', 5, 50]])
    expect(segmentsOf(none)).toEqual([])
  })

  it('is done as far as nothing waits', () => {
    expect(doneOf({ targets: 10, progress: { ...none, queued: 4, sent: 6 } })).toBe(6)
  })

  it('is planned before it begins, and not when it is paused', () => {
    const starts_at = '2026-11-26T10:00:00Z'
    expect(stateOf({ state: 'running', starts_at }, Date.parse(starts_at) - 1)).toBe('scheduled')
    expect(stateOf({ state: 'running', starts_at }, Date.parse(starts_at))).toBe('running')
    expect(stateOf({ state: 'paused', starts_at }, 0)).toBe('paused')
  })

  it.each([
    [0, 'seconds', 0],
    [89, 'seconds', 89],
    [90, 'minutes', 2],
    [5_399, 'minutes', 90],
    [10_800, 'hours', 3],
    [200_000, 'days', 2],
  ])('tells %i seconds in %s', (seconds, unit, count) => expect(spanOf(seconds)).toEqual({ unit, count }))

  it('sends to what is chosen alone, and at a time only when it is to be later', () => {
    const form = { ...blankBroadcast('d'), lines: '08', label_ids: ['l'], starts_at: '2026-11-26T10:00:07' }
    expect(bodyOf(form)).toMatchObject({ lines: '08', label_ids: [], starts_at: null })
    const later = bodyOf({ ...form, to: 'labels', when: 'later' })
    expect(later).toMatchObject({ lines: '', label_ids: ['l'] })
    expect(later.starts_at).toMatch(/:07.000Z$/)
  })

  it('never goes out at once when it is to be later', () => {
    const now = Date.parse('2026-11-26T10:00:00')
    expect(timeTrouble({ when: 'now', starts_at: '' }, now)).toBeNull()
    expect(timeTrouble({ when: 'later', starts_at: '' }, now)).toBe('noTime')
    expect(timeTrouble({ when: 'later', starts_at: '2026-11-26T09:59:59' }, now)).toBe('pastTime')
    expect(timeTrouble({ when: 'later', starts_at: '2026-11-26T10:00:01' }, now)).toBeNull()
  })

  it('is ready with a text or file and somebody to send to', () => {
    const form = { ...blankBroadcast('d'), lines: '08' }
    expect(isReady(form)).toBe(false)
    expect(isReady({ ...form, text: 'Hi' })).toBe(true)
    expect(isReady({ ...form, media: { id: 'm' } as MediaOut })).toBe(true)
    expect(isReady({ ...form, text: 'Hi', to: 'labels' })).toBe(false)
  })
})
