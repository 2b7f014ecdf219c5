/* The record of a turn, as the groups in which it is shown. Pure. */
import type { TurnOut } from '@/api/schema'
import type { Segment } from '@/ui/TurnRing.vue'

export interface Record {
  /** The drawn one first, then those who could have been. */
  drawable: string[]
  /** Those who had a turn in this cycle already, with its number. */
  had: { id: string; number: number }[]
  skipped: { id: string; reason: string }[]
  ring: Segment[]
}

export function recordOf(turn: TurnOut, others: TurnOut[]): Record {
  const had = turn.rotation === 'full' ? hadOne(turn, others) : []
  const names = new Set(had.map((each) => each.id))
  const rest = turn.eligible.filter((id) => id !== turn.agent_id && !names.has(id))
  const chosen = turn.is_anyway ? new Set(turn.eligible) : new Set<string>()
  return {
    drawable: [turn.agent_id, ...rest],
    had,
    skipped: Object.entries(turn.excluded).flatMap(([id, reason]) => (chosen.has(id) ? [] : [{ id, reason }])),
    ring: ['last', ...had.map(() => 'had' as const), ...rest.map(() => 'has' as const)],
  }
}

/** Who of the eligible had a turn in this cycle; at its start, who had the very last turn before. */
function hadOne(turn: TurnOut, others: TurnOut[]): { id: string; number: number }[] {
  const earlier = others.filter((each) => each.number < turn.number).sort((one, other) => one.number - other.number)
  const same = earlier.filter((each) => each.cycle === turn.cycle)
  const taken = same.length ? same : earlier.slice(-1)
  return taken
    .filter((each) => each.agent_id !== turn.agent_id && turn.eligible.includes(each.agent_id))
    .map((each) => ({ id: each.agent_id, number: each.number }))
}
