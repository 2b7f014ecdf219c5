import { expect, test } from 'vitest'
import { clockTime, exactTime, longDate, shortTime, whenTime } from './time'

const at = '2026-08-05T03:07:09.000Z'
const local = new Date(at)
const clock = `${String(local.getHours()).padStart(2, '0')}:07`

test.each(['en', 'id'])('clocks have 24 hours and colons in %s', (language) => {
  expect(clockTime(at, language)).toBe(clock)
  expect(exactTime(at, language)).toBe(`${clock}:09`)
})

test('days and months are written as the language has them', () => {
  const later = Date.parse(at) + 30 * 86_400_000
  expect(shortTime(at, 'en', later)).toBe('5 Aug')
  expect(shortTime(at, 'id', later)).toBe('5 Agu')
  expect(whenTime(at, 'id', later)).toBe(`Rab, 5 Agu, ${clock}`)
})

test('a day without a time is that day in every zone', () => {
  expect(longDate('1990-01-31', 'en')).toBe('31 Jan 1990')
  expect(longDate('1990-01-31', 'id')).toBe('31 Jan 1990')
})
