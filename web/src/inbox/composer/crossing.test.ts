import { describe, expect, it } from 'vitest'
import type { MessageOut } from '@/api/schema'
import { emptyDraft } from '@/stores/drafts'
import { asksFirst, isCrossing } from './crossing'

const line = (number: number, sort_at = '2026-11-26T10:00:00Z') => ({ number, sort_at }) as MessageOut
const draft = (text: string, at = '2026-11-26T10:00:00Z') => ({ ...emptyDraft(), text, at })

describe('a line that comes upon a draft', () => {
  it('is one that arrives while there is something unsent', () => {
    expect(isCrossing(line(2), line(1), draft('Good day'))).toBe(true)
    expect(isCrossing(line(2), line(1), emptyDraft())).toBe(false)
    expect(isCrossing(line(2), line(1), draft('  '))).toBe(false)
  })

  it('is none that was scrolled to', () => {
    expect(isCrossing(line(1), line(2), draft('Good day'))).toBe(false)
  })

  it('in a thread that is opened, is one written after the kept draft', () => {
    expect(isCrossing(line(2, '2026-11-26T10:00:05Z'), undefined, draft('Good day'))).toBe(true)
    expect(isCrossing(line(2, '2026-11-26T09:59:55Z'), undefined, draft('Good day'))).toBe(false)
  })
})

describe('sending', () => {
  const NOW = 1_000_000

  it('asks when what came was not seen, or only a moment ago', () => {
    expect(asksFirst({ by: 'Nadia', seenSince: null }, NOW)).toBe(true)
    expect(asksFirst({ by: 'Nadia', seenSince: NOW - 1_000 }, NOW)).toBe(true)
  })

  it('does not ask when nothing came upon the draft, or it was there to be read', () => {
    expect(asksFirst(null, NOW)).toBe(false)
    expect(asksFirst({ by: 'Nadia', seenSince: NOW - 5_000 }, NOW)).toBe(false)
  })
})
