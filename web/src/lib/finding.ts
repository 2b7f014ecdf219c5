/* Finding people by name or number, whatever way the number is written. */
const LEAST_DIGITS = 3

/** Lower case and without accents: "José" is found by "jose". */
export function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
}

/** The digits that a kept number holds; a leading 0 stands for the home country, as 00 does for "+". */
export function digitsOf(spelling: string): string {
  if (!/^[\d\s+().-]+$/.test(spelling)) return ''
  const digits = spelling.replace(/\D/g, '')
  if (digits.startsWith('00')) return digits.slice(2)
  return digits.startsWith('0') && !spelling.trim().startsWith('+') ? digits.slice(1) : digits
}

/** Whether a name has all the words that were typed, or the number the digits. */
export function matches({ name, number }: { name: string; number: string }, wanted: string): boolean {
  const known = plain(name)
  if (plain(wanted).split(/\s+/).every((word) => known.includes(word))) return true
  const digits = digitsOf(wanted)
  return digits.length >= LEAST_DIGITS && number.includes(digits)
}
