import { expect, test } from 'vitest'
import type { TurnOut } from '@/api/schema'
import { cycleOf, ringOf } from './division'
import { frameAt } from './rotation'

const turn = (number: number, cycle: number | null, agent_id: string): TurnOut => ({
  id: String(number), division_id: 'v', number, rotation: cycle === null ? 'partial' : 'full', cycle, agent_id,
  conversation_id: 'c', eligible: [], weights: {}, excluded: {}, is_anyway: false, at: '',
})

test('the newest cycle counts, partial turns between do not', () => {
  const cycle = cycleOf([turn(5, 3, 'b'), turn(4, null, 'c'), turn(3, 3, 'a'), turn(2, 2, 'c')])
  expect(cycle).toEqual({ number: 3, had: new Set(['a', 'b']), last: 'b' })
  expect(ringOf(cycle, ['a', 'b', 'c'])).toEqual(['had', 'last', 'has'])
})

test('without turns everybody still has one', () => {
  expect(ringOf(cycleOf([]), ['a', 'b'])).toEqual(['has', 'has'])
})

test('in a full rotation everybody has one turn before anybody has two', () => {
  expect(frameAt('full', 4).counts).toEqual([1, 1, 1, 1])
  expect(frameAt('full', 4).had).toEqual([true, true, true, true])
  expect(frameAt('full', 5)).toMatchObject({ cycle: 2, last: 0, had: [true, false, false, false] })
  expect(frameAt('full', 8).counts).toEqual([2, 2, 2, 2])
})

test('a partial rotation has no memory, and the film starts over', () => {
  expect(frameAt('partial', 2)).toMatchObject({ counts: [0, 2, 0, 0], had: [false, false, false, false] })
  expect(frameAt('partial', 9)).toMatchObject({ turn: 0, last: null })
})
