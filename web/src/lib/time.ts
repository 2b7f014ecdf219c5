/* Times as the console shows them: short, in the reader's language and time zone. */
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const DAY_CHARS = '2026-11-20'.length

/** How dates and numbers are written where people read this language; the clock has 24 hours and a colon in all. */
export const localeOf = (language: string): string => (language === 'id' ? 'id-ID' : 'en-GB')

/** Return 0m, 9m, 3h, 2d. */
export function shortSpan(milliseconds: number): string {
  if (milliseconds < HOUR) return `${Math.floor(milliseconds / MINUTE)}m`
  if (milliseconds < DAY) return `${Math.floor(milliseconds / HOUR)}h`
  return `${Math.floor(milliseconds / DAY)}d`
}

/** A way to write times, made once for each language: making one costs more than using it a hundred times. */
function written(options: Intl.DateTimeFormatOptions): (at: string, language: string) => string {
  const formats = new Map<string, Intl.DateTimeFormat>()
  return (at, language) => {
    const format = formats.get(language) ?? new Intl.DateTimeFormat(localeOf(language), options)
    formats.set(language, format)
    return format.format(new Date(at))
  }
}

const clock = written({ hour: '2-digit', minute: '2-digit' })
const weekday = written({ weekday: 'short' })
const shortDay = written({ day: 'numeric', month: 'short' })
const comingDay = written({ weekday: 'short', day: 'numeric', month: 'short' })
const date = written({ day: 'numeric', month: 'short', year: 'numeric' })
const dateAlone = written({ day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' })
/** Return Friday, 20 November. */
export const longDay = written({ weekday: 'long', day: 'numeric', month: 'long' })

/** Return 10:43. */
export const clockTime = (at: string, language: string): string => clock(at, language).replace('.', ':')

/** Return a key that is the same for all moments of one local day. */
export function dayKey(at: string): string {
  const day = new Date(at)
  return `${day.getFullYear()}-${day.getMonth()}-${day.getDate()}`
}

/** Return 10:43 today, Sat within the week, 20 Nov before. */
export function shortTime(at: string, language: string, now: number): string {
  const age = now - Date.parse(at)
  if (dayKey(at) === dayKey(new Date(now).toISOString())) return clockTime(at, language)
  return age < 6 * DAY ? weekday(at, language) : shortDay(at, language)
}

/** Return 10:43 today, else Mon 30 Nov, 09:00: for what lies ahead. */
export function whenTime(at: string, language: string, now: number): string {
  const time = clockTime(at, language)
  if (dayKey(at) === dayKey(new Date(now).toISOString())) return time
  return `${comingDay(at, language)}, ${time}`
}

/** Return 20 Nov 2026, for what may be long ago; a day without a time, as 2026-11-20, is that day everywhere. */
export const longDate = (at: string, language: string): string => (at.length > DAY_CHARS ? date : dateAlone)(at, language)

/** Return 10:43:05. */
export function exactTime(at: string, language: string): string {
  return new Date(at).toLocaleTimeString(localeOf(language)).replaceAll('.', ':')
}

/** Return whether two lines belong together: within two minutes. */
export function isClose(one: string, other: string): boolean {
  return Math.abs(Date.parse(one) - Date.parse(other)) < 2 * MINUTE
}
