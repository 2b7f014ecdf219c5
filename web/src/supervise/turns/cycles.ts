/* Turns as rows of a table: one for each cycle, one cell for each agent. Pure. */
import type { TurnOut } from '@/api/schema'

export interface Cell {
  kind: 'had' | 'passed' | 'has' | 'none'
  /** The turns the agent had in the row: one in a cycle, any number of independent draws. */
  numbers: number[]
  reason: string
}

export interface CycleRow {
  /** The cycle's number; independent draws of partial rotation stand together, without one. */
  cycle: number | null
  since: string
  turns: number
  last: number
  cells: Map<string, Cell>
}

/** Return the rows of turns, newest first; the oldest may be cut off and is left out where more turns exist. */
export function rowsOf(turns: TurnOut[], hasMore: boolean): CycleRow[] {
  const groups: TurnOut[][] = []
  for (const turn of turns) {
    const group = groups.at(-1)
    if (group?.[0]!.cycle === turn.cycle) group!.push(turn)
    else groups.push([turn])
  }
  const whole = hasMore && groups.length > 1 ? groups.slice(0, -1) : groups
  return whole.map(rowOf)
}

function rowOf(turns: TurnOut[]): CycleRow {
  const newest = turns[0]!
  const cells = new Map<string, Cell>()
  const cell = (id: string) => cells.get(id) ?? cells.set(id, { kind: 'none', numbers: [], reason: '' }).get(id)!
  for (const [id, reason] of Object.entries(newest.excluded)) Object.assign(cell(id), { kind: 'passed', reason })
  for (const id of newest.eligible) cell(id).kind = 'has'
  for (const turn of turns) {
    const had = cell(turn.agent_id)
    had.kind = 'had'
    had.numbers.push(turn.number)
  }
  return { cycle: newest.cycle, since: turns.at(-1)!.at, turns: turns.length, last: newest.number, cells }
}
