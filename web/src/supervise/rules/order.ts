/* The order of a device's rules, and what moves one. Pure. */
import type { RuleOut } from '@/api/schema'

export interface Step {
  id: string
  position: number
}

type Placed = Pick<RuleOut, 'id' | 'position'>

const GAP = 1_000

export function ordered<T extends Placed>(rules: Iterable<T>): T[] {
  return [...rules].sort((one, other) => one.position - other.position || (one.id < other.id ? -1 : 1))
}

/** Return the changes that bring a rule to a place, one after the other: no step brings others out of
 *  order, since messages are routed between them. */
export function stepsTo(rules: Placed[], id: string, to: number): Step[] {
  const order = ordered(rules)
  if (order[to]?.id === id) return []
  const position = between(order, id, to)
  if (position !== null) return [{ id, position }]
  const spread = order.map((rule, at) => ({ id: rule.id, position: (at + 1) * GAP }))
  return [...safely(order, spread), { id, position: between(spread, id, to)! }]
}

/** Return a position that is free between the new neighbours, or null. */
function between(order: Placed[], id: string, to: number): number | null {
  const others = order.filter((rule) => rule.id !== id)
  const before = others[to - 1]?.position ?? -1
  const after = others[to]?.position ?? before + 2 * GAP
  return after - before > 1 ? Math.floor((before + after) / 2) : null
}

/** Return the steps in an order that never lets one rule overtake another. */
function safely(order: Placed[], spread: Step[]): Step[] {
  const down = spread.filter((step, at) => step.position < order[at]!.position)
  const up = spread.filter((step, at) => step.position > order[at]!.position)
  return [...down, ...up.reverse()]
}
