/* The rows of the list, in their order and sections. Pure. */
import type { ConversationOut } from '@/api/schema'

export type View = 'mine' | 'waiting' | 'all' | 'snoozed' | 'resolved' | 'mentions'
export type Order = 'longest' | 'newest'
export type SectionName = 'unanswered' | 'answered' | 'here' | 'elsewhere'

export type Entry = { kind: 'section'; name: SectionName; count: number } | { kind: 'row'; id: string }

interface Ranked {
  each: ConversationOut
  /** When the last line was written, and since when an answer is waited for. */
  line: number
  since: number
}

const byNewest = (one: Ranked, other: Ranked) => other.line - one.line
const byLongest = (one: Ranked, other: Ranked) => (one.since === other.since ? byNewest(one, other) : one.since - other.since)

/** Times are read once for each version of a conversation, which is replaced when it changes: thousands of rows. */
const ranks = new WeakMap<ConversationOut, Ranked>()

function ranked(each: ConversationOut): Ranked {
  const known = ranks.get(each)
  if (known) return known
  const line = Date.parse(each.last_message?.sort_at ?? each.opened_at)
  const rank = { each, line, since: each.waiting_since ? Date.parse(each.waiting_since) : Infinity }
  ranks.set(each, rank)
  return rank
}

export function sorted(conversations: ConversationOut[], order: Order): ConversationOut[] {
  const rows = conversations.map(ranked).sort(order === 'longest' ? byLongest : byNewest)
  return rows.map((row) => row.each)
}

/** Snoozed ones, the next to come back first. */
export function byWaking(conversations: ConversationOut[]): ConversationOut[] {
  const wakes = (each: ConversationOut) => Date.parse(each.snoozed_until ?? '') || Infinity
  return conversations.toSorted((one, other) => wakes(one) - wakes(other))
}

/** Mine falls into what waits for my answer and what waits for the customer; other views are flat. */
export function entriesOf(conversations: ConversationOut[], view: View, order: Order): Entry[] {
  if (view === 'snoozed') return asRows(byWaking(conversations))
  const rows = sorted(conversations, view === 'resolved' || view === 'mentions' ? 'newest' : order)
  if (view !== 'mine') return asRows(rows)
  return [
    ...section('unanswered', rows.filter((each) => each.waiting_since)),
    ...section('answered', rows.filter((each) => !each.waiting_since)),
  ]
}

/** What a search found: in the view itself at once, elsewhere once the server has answered. */
export function foundEntries(here: ConversationOut[], elsewhere: ConversationOut[]): Entry[] {
  return [...section('here', sorted(here, 'newest')), ...section('elsewhere', sorted(elsewhere, 'newest'))]
}

/** The contacts that are listed with several numbers, for they were merged: their rows need the number. */
export function severalNumbers(conversations: ConversationOut[]): Set<string> {
  const numbers = new Map<string, string>()
  const several = new Set<string>()
  for (const { contact } of conversations) {
    const known = numbers.get(contact.id)
    if (known === undefined) numbers.set(contact.id, contact.number)
    else if (known !== contact.number) several.add(contact.id)
  }
  return several
}

function section(name: SectionName, rows: ConversationOut[]): Entry[] {
  return rows.length ? [{ kind: 'section', name, count: rows.length }, ...asRows(rows)] : []
}

const asRows = (rows: ConversationOut[]): Entry[] => rows.map(({ id }) => ({ kind: 'row', id }))

export const idsOf = (entries: Entry[]): string[] => entries.flatMap((entry) => (entry.kind === 'row' ? [entry.id] : []))

/** The neighbour of a conversation, or what took its place when it has left the list. */
export function neighbour(ids: string[], current: string | undefined, step: 1 | -1, lastPlace: number): string | undefined {
  if (!ids.length) return undefined
  const at = current ? ids.indexOf(current) : -1
  if (at >= 0) return ids[Math.min(ids.length - 1, Math.max(0, at + step))]
  if (!current) return step > 0 ? ids[0] : ids.at(-1)
  const place = step > 0 ? lastPlace : lastPlace - 1
  return ids[Math.min(ids.length - 1, Math.max(0, place))]
}

/** How many a view holds, by the counts of the statuses. */
export function countOf(counts: Record<string, number>, view: View): number {
  const { waiting = 0, unrouted = 0, assigned = 0, snoozed = 0 } = counts
  if (view === 'snoozed') return snoozed
  return view === 'waiting' ? waiting + unrouted : waiting + unrouted + assigned
}
