/* Quick replies: finding one, and its text as words, fields and blanks. Pure. */
import uFuzzy from '@leeoniya/ufuzzy'
import type { TemplateOut } from '@/api/schema'

/** Parts of a text, by turns not matched and matched. */
export type Marked = { text: string; isMatch: boolean }[]

export interface Found {
  template: TemplateOut
  name: Marked
  shortcut: Marked
  text: Marked
}

const FIELDS = ['shortcut', 'name', 'text'] as const
const fuzzy = new uFuzzy({
  unicode: true,
  interSplit: "[^\\p{L}\\d']+",
  intraSplit: '\\p{Ll}\\p{Lu}',
  intraBound: '\\p{L}\\d|\\d\\p{L}|\\p{Ll}\\p{Lu}',
  intraChars: "[\\p{L}\\d']",
  intraContr: "'\\p{L}{1,2}\\b",
  intraIns: 2,
})

/** Up to so many words are found in any order; of more, only whether they are all there. */
const MOST_WORDS = 4

const plain = (text: string): Marked => (text ? [{ text, isMatch: false }] : [])

/** Templates that match, best first: by shortcut, then name, then text; whole before with gaps, at the
 * start before within, and those used most where equal. */
export function findTemplates(templates: TemplateOut[], query: string): Found[] {
  const often = (template: TemplateOut) => -template.uses
  if (!query.trim()) return [...templates].sort((one, other) => often(one) - often(other)).map(unmarked)
  const found = new Map<string, { entry: Found; rank: number[] }>()
  for (const [weight, field] of FIELDS.entries()) {
    for (const match of matches(templates.map((each) => oneLine(each[field])), query.trim())) {
      const template = templates[match.index]!
      const rank = [weight, match.hasGaps ? 1 : 0, match.start ? 1 : 0, often(template), template[field].length]
      const known = found.get(template.id) ?? { entry: unmarked(template), rank }
      found.set(template.id, { ...known, entry: { ...known.entry, [field]: match.marked } })
    }
  }
  return [...found.values()].sort((one, other) => compare(one.rank, other.rank)).map((each) => each.entry)
}

function compare(one: number[], other: number[]): number {
  const at = one.findIndex((each, index) => each !== other[index])
  return at < 0 ? 0 : one[at]! - other[at]!
}

const unmarked = (template: TemplateOut): Found => ({
  template,
  name: plain(template.name),
  shortcut: plain(template.shortcut),
  text: plain(oneLine(template.text)),
})

export const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim()

interface Match {
  index: number
  hasGaps: boolean
  start: number
  marked: Marked
}

function matches(texts: string[], query: string): Match[] {
  const [indexes, info] = fuzzy.search(texts, query, MOST_WORDS, Infinity)
  if (!indexes?.length) return []
  if (!info) return indexes.map((index) => ({ index, hasGaps: false, start: 1, marked: plain(texts[index]!) }))
  return info.idx.map((index, entry) => ({
    index,
    hasGaps: (info.intraIns[entry] ?? 0) + (info.interIns[entry] ?? 0) > 0,
    start: info.start[entry] ?? 0,
    marked: mark(texts[index]!, info.ranges[entry]!),
  }))
}

const mark = (text: string, ranges: number[]): Marked =>
  uFuzzy.highlight<Marked, Marked[number]>(
    text,
    ranges,
    (part, isMatch) => ({ text: part, isMatch }),
    [],
    (all, part) => void (part.text && all.push(part)),
  )

export type Part =
  | { kind: 'words'; text: string }
  | { kind: 'field'; name: string; value: string | null }
  | { kind: 'blank'; name: string; index: number }

const PLACE = /\{(\??)([^{}]{1,100})\}/g

/** A template's text in parts. `filled` is the server's rendering, blanks left as they are; `known` are
 * values of fields that the console knows itself. */
export function partsOf(text: string, filled: string | null, known: Record<string, string> = {}): Part[] {
  const values = filled === null ? [] : (valuesOf(text, filled, known) ?? valuesOf(text, filled, {}) ?? [])
  const parts: Part[] = []
  let [at, field, blank] = [0, 0, 0]
  for (const match of text.matchAll(PLACE)) {
    if (match.index > at) parts.push({ kind: 'words', text: text.slice(at, match.index) })
    const [whole, isBlank, name] = match
    if (isBlank) parts.push({ kind: 'blank', name: name!, index: blank++ })
    else parts.push(fieldOf(name!, whole, values[field++] ?? null))
    at = match.index + whole.length
  }
  if (at < text.length) parts.push({ kind: 'words', text: text.slice(at) })
  return parts
}

/** Braces that name nothing stay as they are: the server says so by leaving them. */
function fieldOf(name: string, whole: string, value: string | null): Part {
  return value === whole ? { kind: 'words', text: whole } : { kind: 'field', name, value }
}

/** What stands where the fields were, by holding the rendered text against the template. */
function valuesOf(text: string, filled: string, known: Record<string, string>): string[] | null {
  const escape = (words: string) => words.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')
  const placeOf = (name: string) => `(${known[name] ? escape(known[name]) : '[^]*?'})`
  let [pattern, at] = ['', 0]
  for (const match of text.matchAll(PLACE)) {
    pattern += escape(text.slice(at, match.index)) + (match[1] ? escape(match[0]) : placeOf(match[2]!))
    at = match.index + match[0].length
  }
  const found = new RegExp(`^${pattern}${escape(text.slice(at))}$`).exec(filled)
  return found && found.slice(1)
}

/** The names of the blanks, each once, in order. */
export const blanksOf = (text: string): string[] => [
  ...new Set([...text.matchAll(PLACE)].filter((match) => match[1]).map((match) => match[2]!)),
]

/** The text, with a blank for each variable that the server left as one: it has no value for the contact. */
export function askingText(text: string, filled: string | null): string {
  const asked = new Set(filled === null ? [] : blanksOf(filled))
  return text.replace(PLACE, (whole, isBlank: string, name: string) => (!isBlank && asked.has(name) ? `{?${name}}` : whole))
}

/** Put what was filled in in the place of the blanks. */
export function fillBlanks(filled: string, blanks: Record<string, string>): string {
  return filled.replace(PLACE, (whole, isBlank: string, name: string) => (isBlank ? (blanks[name] ?? whole) : whole))
}
