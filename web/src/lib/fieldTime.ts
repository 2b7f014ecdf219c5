/* A moment as a field for date and time has it, in the browser's own time zone. Pure. */
const MINUTE_MS = 60_000
const LENGTHS = { minutes: 16, seconds: 19 }

export function fieldTime(at: Date, to: keyof typeof LENGTHS = 'minutes'): string {
  return new Date(at.getTime() - at.getTimezoneOffset() * MINUTE_MS).toISOString().slice(0, LENGTHS[to])
}
