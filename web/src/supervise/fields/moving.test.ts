import { expect, test } from 'vitest'
import { placesAfter } from './moving'

const fields = ['a', 'b', 'c'].map((id, at) => ({ id, position: at + 1 }))

test('two fields change places', () => {
  expect(placesAfter(fields, 2, -1)).toEqual([{ id: 'c', position: 2 }, { id: 'b', position: 3 }])
})

test('positions with gaps are closed', () => {
  const gaps = [{ id: 'a', position: 1 }, { id: 'b', position: 5 }, { id: 'c', position: 5 }]
  expect(placesAfter(gaps, 0, 1)).toEqual([{ id: 'b', position: 1 }, { id: 'a', position: 2 }, { id: 'c', position: 3 }])
})
