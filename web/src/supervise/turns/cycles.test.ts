import { expect, test } from 'vitest'
import type { TurnOut } from '@/api/schema'
import { rowsOf } from './cycles'

const turn = (number: number, cycle: number | null, agent: string, eligible: string[], excluded = {}): TurnOut => ({
  id: String(number), division_id: 'd', number, rotation: cycle === null ? 'partial' : 'full', cycle, agent_id: agent,
  conversation_id: 'c', eligible, weights: {}, excluded, is_anyway: false, at: `2026-03-01T10:0${number}:00Z`,
})
const told = (rows: ReturnType<typeof rowsOf>) =>
  rows.map((row) => [row.cycle, row.turns, [...row.cells].map(([id, cell]) => `${id} ${cell.kind} ${cell.numbers.join()}${cell.reason}`).sort()])

test('a row tells of each agent the turn, the reason, or that one is still to come', () => {
  const turns = [turn(3, 2, 'ani', ['ani', 'budi'], { citra: 'away' }), turn(2, 1, 'budi', ['ani', 'budi']), turn(1, 1, 'ani', ['ani', 'budi'])]
  expect(told(rowsOf(turns, false))).toEqual([
    [2, 1, ['ani had 3', 'budi has ', 'citra passed away']],
    [1, 2, ['ani had 1', 'budi had 2']],
  ])
})

test('a cycle whose beginning is not here is left out, unless nothing else is', () => {
  const turns = [turn(3, 2, 'ani', ['ani']), turn(2, 1, 'budi', ['budi'])]
  expect(rowsOf(turns, true)).toHaveLength(1)
  expect(rowsOf(turns.slice(0, 1), true)).toHaveLength(1)
})

test('independent draws stand in one row, each agent with all of them', () => {
  const turns = [turn(3, null, 'ani', ['ani']), turn(2, null, 'ani', ['ani']), turn(1, null, 'budi', ['ani', 'budi'])]
  expect(told(rowsOf(turns, false))).toEqual([[null, 3, ['ani had 3,2', 'budi had 1']]])
})
