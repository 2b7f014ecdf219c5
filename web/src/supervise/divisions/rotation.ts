/* The little film of a rotation: who gets which turn, and what one sees after each. Pure. */
export type Mode = 'full' | 'partial'

export interface Frame {
  turn: number
  cycle: number
  last: number | null
  counts: number[]
  /** Who had a turn in this cycle; nobody where the rotation has no memory. */
  had: boolean[]
}

const AGENTS = 4
const ORDER: Record<Mode, number[]> = { full: [1, 3, 0, 2, 0, 2, 3, 1], partial: [1, 1, 3, 0, 3, 2, 1, 0] }
const LENGTH = ORDER.full.length + 1

/** The frame in which a film that does not move says most. */
export const STILL = 6

export function frameAt(mode: Mode, step: number): Frame {
  const turn = step % LENGTH
  const seen = ORDER[mode].slice(0, turn)
  const isSecond = turn > AGENTS
  const cycle = mode === 'full' ? (isSecond ? seen.slice(AGENTS) : seen) : []
  const agents = Array.from({ length: AGENTS }, (_, agent) => agent)
  return {
    turn,
    cycle: isSecond ? 2 : 1,
    last: seen.at(-1) ?? null,
    counts: agents.map((agent) => seen.filter((each) => each === agent).length),
    had: agents.map((agent) => cycle.includes(agent)),
  }
}
