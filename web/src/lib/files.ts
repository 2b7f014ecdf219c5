/* Files as people name them: their ending, their size. */
import { localeOf } from './time'

const UNITS = ['B', 'KB', 'MB', 'GB']

/** Return 184 KB, 6.2 MB. */
export function fileSize(bytes: number, language: string): string {
  let [value, unit] = [bytes, 0]
  while (value >= 1_000 && unit < UNITS.length - 1) {
    value /= 1_024
    unit++
  }
  const digits = unit > 0 && value < 10 ? 1 : 0
  return `${value.toLocaleString(localeOf(language), { maximumFractionDigits: digits })} ${UNITS[unit]}`
}

/** Return PDF, at most four letters. */
export function extensionOf(name: string): string {
  const at = name.lastIndexOf('.')
  return at > 0 ? name.slice(at + 1, at + 5).toUpperCase() : ''
}
