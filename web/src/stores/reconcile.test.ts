import { describe, expect, it } from 'vitest'
import { type Draft, emptyDraft } from './drafts'
import { reconciled } from './reconcile'

const draft = (text: string, more: Partial<Draft> = {}): Draft => ({ ...emptyDraft(), text, ...more })
const base = draft('Hello')

describe('reconciled', () => {
  it.each([
    ['what only the other device changed', 'Hello', 'Hello you', 'Hello you'],
    ['what only I changed', 'Hello me', 'Hello', 'Hello me'],
    ['the longer one where it holds the other', 'Hello you two', 'Hello you', 'Hello you two'],
    ['both where they differ', 'Hello me', 'Hello you', 'Hello you\nHello me'],
    ['nothing where it was sent there', 'Hello', '', ''],
    ['mine where it was sent there and I wrote on', 'Hello me', '', 'Hello me'],
  ])('keeps %s', (_what, mine, theirs, kept) => {
    expect(reconciled(draft(mine), draft(theirs), base).text).toBe(kept)
  })

  it('keeps the place that one of them has', () => {
    const place = { latitude: 1, longitude: 2 }
    expect(reconciled(draft('a', { location: place }), draft('b')).location).toEqual(place)
    expect(reconciled(draft('a'), draft('b', { location: place })).location).toEqual(place)
  })
})
