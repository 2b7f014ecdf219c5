/* A division as its form holds it, and who had turns in its cycle. Pure. */
import type { DivisionIn, DivisionOut, TurnOut } from '@/api/schema'
import type { Segment } from '@/ui/TurnRing.vue'
import type { Value } from '../templates/pieces'

export type DivisionForm = Required<DivisionIn>

const DAY = 24 * 60
/** The texts that customers get by themselves, and what fills itself in them. */
export const TEXTS = ['greeting', 'busy_text', 'outside_text'] as const
export const AUTOMATIC_VALUES: Value[] = ['contact.name', 'device.name', 'division.name', 'time.greeting']
export const WINDOWS = [0, 60, 12 * 60, DAY, 3 * DAY, 7 * DAY, 30 * DAY]

export function blankDivision(): DivisionForm {
  return {
    name: '', rotation: 'full', when_nobody: 'wait', limit: null, own_device_only: false, reopen_window_minutes: DAY, answer_target_minutes: 12,
    time_zone: null, hours: [], holidays: [], greeting: '', busy_text: '', outside_text: '',
    no_answer_minutes: null, offline_minutes: 5, shows_agent_name: false,
  }
}

export function formOf({ id: _id, is_deleted: _deleted, ...form }: DivisionOut): DivisionForm {
  return { ...form }
}

export interface Cycle {
  number: number
  had: Set<string>
  last: string | null
}

/** Return the newest cycle among turns, newest first: who had one in it, and who had the last. */
export function cycleOf(turns: TurnOut[]): Cycle {
  const full = turns.filter((turn) => turn.cycle !== null)
  const number = full[0]?.cycle ?? 1
  const inCycle = full.filter((turn) => turn.cycle === number)
  return { number, had: new Set(inCycle.map((turn) => turn.agent_id)), last: inCycle[0]?.agent_id ?? null }
}

/** Return the ring of a division: a segment for each agent, those who had a turn first. */
export function ringOf(cycle: Cycle, agentIds: string[]): Segment[] {
  const kinds = agentIds.map((id): Segment => (id === cycle.last ? 'last' : cycle.had.has(id) ? 'had' : 'has'))
  const order: Segment[] = ['had', 'last', 'has']
  return kinds.sort((one, other) => order.indexOf(one) - order.indexOf(other))
}
