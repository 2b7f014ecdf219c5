/* Until when one snoozes, in the browser's own time zone. Pure. */
export type SnoozeName = 'later' | 'tomorrow' | 'monday' | 'week'

const HOURS_LATER = 3
const MORNING = 9
const MONDAY = 1
const MINUTE_MS = 60_000

export function snoozesFrom(now: Date): { name: SnoozeName; until: Date }[] {
  return [
    { name: 'later', until: new Date(now.getTime() + HOURS_LATER * 60 * MINUTE_MS) },
    { name: 'tomorrow', until: morning(now, 1) },
    { name: 'monday', until: morning(now, (MONDAY - now.getDay() + 7) % 7 || 7) },
    { name: 'week', until: inDays(now, 7) },
  ]
}

function inDays(now: Date, days: number): Date {
  const day = new Date(now)
  day.setDate(day.getDate() + days)
  return day
}

function morning(now: Date, days: number): Date {
  const day = inDays(now, days)
  day.setHours(MORNING, 0, 0, 0)
  return day
}
