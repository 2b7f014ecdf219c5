import { expect, test } from 'vitest'
import { usedShare } from './packages'

test.each([
  [0, 1000, 0],
  [250, 750, 0.25],
  [1000, 0, 1],
  [7, null, 0],
  [0, 0, 0],
])('%i used and %s left are %s of the month', (used, left, share) => expect(usedShare(used, left)).toBe(share))
