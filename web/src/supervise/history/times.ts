/* Times to the second, as fields for date and time have them. Pure. */
const MINUTE_MS = 60_000
const TO_SECONDS = 19

/** A moment in the browser's own time zone. */
export function fieldTime(at: Date): string {
  return new Date(at.getTime() - at.getTimezoneOffset() * MINUTE_MS).toISOString().slice(0, TO_SECONDS)
}
