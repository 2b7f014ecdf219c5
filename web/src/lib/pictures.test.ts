import { expect, test } from 'vitest'
import { isShowable } from './pictures'

test.each([
  [{ width: 4_000, height: 3_000 }, true],
  [{ width: 12_000, height: 12_000 }, false],
  [{ width: null, height: null }, false],
])('a picture of %o is drawn: %s', (size, isDrawn) => expect(isShowable(size)).toBe(isDrawn))
