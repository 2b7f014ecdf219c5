import { describe, expect, it } from 'vitest'
import { fieldTime } from '@/lib/fieldTime'
import { snoozesFrom } from './snoozes'

const told = (now: Date) => snoozesFrom(now).map(({ name, until }) => `${name} ${fieldTime(until)}`)

describe('snoozesFrom', () => {
  it('goes by the clock on the wall', () => {
    expect(told(new Date(2026, 10, 26, 14, 30))).toEqual([
      'later 2026-11-26T17:30',
      'tomorrow 2026-11-27T09:00',
      'monday 2026-11-30T09:00',
      'week 2026-12-03T14:30',
    ])
  })

  it('means the next Monday, also on one', () => {
    expect(told(new Date(2026, 10, 30, 8, 0))[2]).toBe('monday 2026-12-07T09:00')
    expect(told(new Date(2026, 10, 29, 8, 0))[2]).toBe('monday 2026-11-30T09:00')
  })
})
