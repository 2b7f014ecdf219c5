/* How urgent a wait is, as the waiting clock and its colours say it. */

export type Tone = '' | 'warn' | 'bad'

/** Return which share of the target has passed, at most 1. */
export function waitedShare(milliseconds: number, targetMinutes: number): number {
  return Math.min(1, milliseconds / (targetMinutes * 60_000))
}

export const waitingTone = (share: number): Tone => (share >= 1 ? 'bad' : share >= 0.5 ? 'warn' : '')
