/* Names as initials and tints, numbers as people read them. */
const SPACES = /\s+/

export function initials(name: string): string {
  const words = name.trim().split(SPACES).filter(Boolean)
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]]
  const short = letters.map((word) => [...(word ?? '')][0] ?? '').join('')
  return (words.length > 1 ? short : [...(words[0] ?? '?')].slice(0, 2).join('')).toUpperCase()
}

/** Return 1 to 8, the same for an id everywhere. */
export function tintOf(id: string): number {
  let sum = 0
  for (const letter of id) sum = (sum * 31 + letter.charCodeAt(0)) >>> 0
  return (sum % 8) + 1
}

/** Whether an address is a group's id. */
export const isGroup = (number: string): boolean => number.endsWith('@g.us')

/** Return a number in groups: +62 811-0000-0417. Of a group's id the end is enough to tell it by. */
export function showNumber(number: string): string {
  if (isGroup(number)) return `# ${number.replace('@g.us', '').slice(-6)}`
  if (!/^\d{8,15}$/.test(number)) return number
  const [country, rest] = number.startsWith('62') ? ['62', number.slice(2)] : ['', number]
  const groups = country ? [rest.slice(0, 3), rest.slice(3, 7), rest.slice(7)] : [rest]
  return `+${country}${country ? ' ' : ''}${groups.filter(Boolean).join('-')}`
}

interface Named {
  name: string
  number: string
}

/** Marks that would turn the words around them, too. */
const TURNING = /[\u202a-\u202e\u2066-\u2069]/g
const VISIBLE = /[^\s\p{Cf}\p{Cc}\u2800\u3164]/u

const seen = (name: string): string => (VISIBLE.test(name) ? name.replace(TURNING, '') : '')

/** What a contact is called: its name as far as it can be seen, or else its number. */
export const nameOf = (contact: Named): string => seen(contact.name) || showNumber(contact.number)

/** The face of every group: two people instead of initials. */
export const GROUP_FACE = '@g.us'

/** What the avatar makes initials of: without a name the last two digits. */
export const faceOf = (contact: Named): string => (isGroup(contact.number) ? GROUP_FACE : seen(contact.name) || contact.number.slice(-2))
