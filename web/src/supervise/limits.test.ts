import { expect, test } from 'vitest'
import { isExistingToken, isLimit, isPatience, isPresenceHours } from './limits'

test('a token to bring along is none, or 16 to 64 characters without spaces and commas', () => {
  expect(['', '  ', 'a'.repeat(16), ` ${'a'.repeat(64)} `].every(isExistingToken)).toBe(true)
  expect(['short', 'a'.repeat(65), `${'a'.repeat(16)} b`, `${'a'.repeat(16)},`].some(isExistingToken)).toBe(false)
})

test('a limit is none, or a whole number up to ten thousand', () => {
  expect([null, 0, 12, 10_000].every(isLimit)).toBe(true)
  expect([-1, 1.5, 10_001].some(isLimit)).toBe(false)
})

test('patience is none, or a minute to a week', () => {
  expect([null, 1, 10_080].every(isPatience)).toBe(true)
  expect([0, 1.5, 10_081, NaN].some(isPatience)).toBe(false)
})

test('presence by push is for none to 72 whole hours', () => {
  expect([0, 8, 72].every(isPresenceHours)).toBe(true)
  expect([-1, 73, 1.5, null].some(isPresenceHours)).toBe(false)
})
