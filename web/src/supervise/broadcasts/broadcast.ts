/* What a broadcast shows: its bar, how long it takes, and the body that makes one. Pure. */
import type { BroadcastIn, BroadcastOut, MediaOut, Progress } from '@/api/schema'

export type Fate = keyof Progress

/** From the best to the worst, as the bar has them from its beginning. */
export const FATES: Fate[] = ['read', 'delivered', 'sent', 'unknown', 'failed', 'cancelled', 'queued']

export interface Segment {
  fate: Fate
  count: number
  /** In percent of all. */
  share: number
}

/** What the bar is made of; what nothing is of is left out. */
export function segmentsOf(progress: Progress): Segment[] {
  const all = FATES.reduce((sum, fate) => sum + progress[fate], 0)
  return FATES.filter((fate) => progress[fate] > 0).map((fate) => ({ fate, count: progress[fate], share: (100 * progress[fate]) / all }))
}

/** How many of its messages wait no more. */
export const doneOf = ({ targets, progress }: Pick<BroadcastOut, 'targets' | 'progress'>): number => targets - progress.queued

export type ShownState = BroadcastOut['state'] | 'scheduled'

/** A running one that begins later is planned. */
export const stateOf = ({ state, starts_at }: Pick<BroadcastOut, 'state' | 'starts_at'>, now: number): ShownState =>
  state === 'running' && Date.parse(starts_at) > now ? 'scheduled' : state

export interface Span {
  unit: 'seconds' | 'minutes' | 'hours' | 'days'
  count: number
}

const UNITS = [
  ['days', 86_400],
  ['hours', 3_600],
  ['minutes', 60],
] as const

/** About how long so many seconds are, in the largest unit of which there are two; half ones of the larger. */
export function spanOf(seconds: number): Span {
  for (const [unit, size] of UNITS) if (seconds >= 1.5 * size) return { unit, count: Math.round(seconds / size) }
  return { unit: 'seconds', count: Math.round(seconds) }
}

export interface BroadcastForm {
  device_id: string
  to: 'lines' | 'labels'
  lines: string
  label_ids: string[]
  text: string
  media: MediaOut | null
  when: 'now' | 'later'
  /** As a field for date and time has it. */
  starts_at: string
  delay_min: number | null
  delay_max: number | null
  leave_out_bad_lines: boolean
}

export const blankBroadcast = (device: string): BroadcastForm => ({
  device_id: device, to: 'lines', lines: '', label_ids: [], text: '', media: null, when: 'now', starts_at: '', delay_min: 10, delay_max: 30, leave_out_bad_lines: false,
})

export function bodyOf(form: BroadcastForm): BroadcastIn {
  return {
    device_id: form.device_id,
    text: form.text,
    media_id: form.media?.id ?? null,
    lines: form.to === 'lines' ? form.lines : '',
    label_ids: form.to === 'labels' ? form.label_ids : [],
    starts_at: form.when === 'later' && form.starts_at ? new Date(form.starts_at).toISOString() : null,
    delay_min: form.delay_min ?? 0,
    delay_max: form.delay_max ?? 0,
    leave_out_bad_lines: form.leave_out_bad_lines,
  }
}

/** What is wrong with the time at which it is to begin; a broadcast that is to wait never goes out at once. */
export function timeTrouble({ when, starts_at }: Pick<BroadcastForm, 'when' | 'starts_at'>, now: number): 'noTime' | 'pastTime' | null {
  if (when === 'now') return null
  if (!starts_at) return 'noTime'
  return Date.parse(starts_at) > now ? null : 'pastTime'
}

/** Whether there is something to check: a text or file, and somebody to send to. */
export const isReady = (form: BroadcastForm): boolean =>
  Boolean(form.device_id && (form.text.trim() || form.media) && (form.to === 'lines' ? form.lines.trim() : form.label_ids.length))
