/* The steps of setting an account up, ticked by what is there. Pure. */
import type { Segment } from '@/ui/TurnRing.vue'

export const STEPS = ['device', 'division', 'agents', 'template', 'test'] as const
export type StepName = (typeof STEPS)[number]

export interface Step {
  name: StepName
  state: 'done' | 'now' | 'todo'
}

/** Return the steps; the first one that is not done is the one to do now. */
export function stepsOf(done: Record<StepName, boolean>): Step[] {
  const now = STEPS.find((name) => !done[name])
  return STEPS.map((name) => ({ name, state: done[name] ? 'done' : name === now ? 'now' : 'todo' }))
}

/** Return the ring: done steps, the last of them bright, then what is left. */
export function ringOf(steps: Step[]): Segment[] {
  const count = steps.filter((step) => step.state === 'done').length
  return steps.map((_, at) => (at < count - 1 ? 'had' : at < count ? 'last' : 'has'))
}
