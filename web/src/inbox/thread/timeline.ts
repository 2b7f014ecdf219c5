/* What a thread shows, row by row: lines, what happened to the conversation, replies on their way,
   and the dividers between them. Pure. */
import type { ConversationEventOut, MessageOut } from '@/api/schema'
import { isClose } from '@/lib/time'
import type { Outgoing } from '@/stores/outgoing'

export type Row =
  | { kind: 'day'; key: string; at: string }
  | { kind: 'new'; key: string; at: string }
  | { kind: 'line'; key: string; at: string; line: MessageOut; isCont: boolean }
  | { kind: 'vote'; key: string; at: string; line: MessageOut }
  | { kind: 'step'; key: string; at: string; step: ConversationEventOut; before: ConversationEventOut | null; routed: ConversationEventOut | null }
  | { kind: 'outgoing'; key: string; at: string; item: Outgoing; isCont: boolean }

export interface Story {
  lines: MessageOut[]
  steps: ConversationEventOut[]
  /** Whether older lines than these are still on the server. */
  hasOlder: boolean
  outgoing: Outgoing[]
  /** The line that was the first unread one when the thread was opened. */
  firstNew: string | null
}

/** A line is shown by when it was written; what came in late within this span counts by its coming. */
const LATE_MS = 60_000
const SHOWN_STEPS = new Set(['opened', 'routed', 'assigned', 'transferred', 'released', 'snoozed', 'resolved', 'reopened', 'undone'].map((each) => `conversation.${each}`))

export function rowsOf(story: Story): Row[] {
  const rows: Row[] = []
  const isSameDay = days()
  const push = (row: Row) => {
    if (!isSameDay(row.at)) rows.push({ kind: 'day', key: `day-${row.key}`, at: row.at })
    if (row.kind === 'line' && row.line.id === story.firstNew) rows.push({ kind: 'new', key: 'new', at: row.at })
    rows.push(follow(row, rows.at(-1)))
  }
  for (const row of merged(story)) push(row)
  const known = new Set(story.lines.map((each) => each.client_id))
  for (const item of story.outgoing) {
    if (!known.has(item.clientId)) push({ kind: 'outgoing', key: item.clientId, at: item.at, item, isCont: false })
  }
  return rows
}

/** The id of the first of the unread lines of the contact, counted back from `last`; null while it is
 * not loaded. */
export function firstUnread(lines: MessageOut[], unread: number, last: string | null, hasOlder: boolean): string | null {
  if (unread <= 0) return null
  const end = lines.findIndex((each) => each.id === last)
  const received = lines.slice(0, end + 1).filter((each) => each.direction === 'in')
  return received.at(-unread)?.id ?? (hasOlder ? null : (received[0]?.id ?? null))
}

/** For each poll of ours its votes, by choice: the last word of each voter counts. */
export function votesOf(lines: MessageOut[]): Map<string, Map<string, number>> {
  const voted = new Map<string, Map<string, string[]>>()
  const polls: MessageOut[] = []
  for (const line of lines) {
    if (line.kind === 'poll' && line.poll) polls.unshift(line)
    if (line.kind !== 'poll_vote') continue
    const poll = polls.find((each) => each.id === line.reply_to) ?? polls.find((each) => isVoteFor(line, each))
    if (!poll) continue
    const votes = voted.get(poll.id) ?? new Map<string, string[]>()
    voted.set(poll.id, votes.set(line.member_id ?? line.contact_id, line.choices))
  }
  return new Map([...voted].map(([id, votes]) => [id, tally([...votes.values()].flat())]))
}

const isVoteFor = (vote: MessageOut, poll: MessageOut): boolean =>
  vote.choices.length > 0 && vote.choices.every((choice) => poll.poll?.choices.includes(choice))

function tally(choices: string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const choice of choices) counts.set(choice, (counts.get(choice) ?? 0) + 1)
  return counts
}

/** Lines and steps by time; a step stands before the line that came in the same moment. */
function merged(story: Story): Row[] {
  const rows: Row[] = []
  const steps = stepRows(story)
  let at = 0
  for (const line of story.lines) {
    const moment = momentOf(line)
    while (at < steps.length && Date.parse(steps[at]!.at) <= moment) rows.push(steps[at++]!)
    rows.push(lineRow(line))
  }
  return rows.concat(steps.slice(at))
}

function lineRow(line: MessageOut): Row {
  const key = line.client_id ?? line.id
  if (line.kind === 'poll_vote') return { kind: 'vote', key, at: line.sort_at, line }
  return { kind: 'line', key, at: line.sort_at, line, isCont: false }
}

/** Read once for each version of a line: there may be thousands, and all are gone through with every new one. */
const moments = new WeakMap<MessageOut, number>()

function momentOf(line: MessageOut): number {
  const known = moments.get(line)
  if (known !== undefined) return known
  const [written, came] = [Date.parse(line.sort_at), Date.parse(line.created_at)]
  const moment = came > written && came - written < LATE_MS ? came : written
  moments.set(line, moment)
  return moment
}

/** Whether a moment is on the local day of the one that was asked for before. */
function days(): (at: string) => boolean {
  let [from, to] = [NaN, NaN]
  return (at) => {
    const moment = Date.parse(at)
    if (moment >= from && moment < to) return true
    const day = new Date(moment)
    const [year, month, date] = [day.getFullYear(), day.getMonth(), day.getDate()]
    ;[from, to] = [new Date(year, month, date).getTime(), new Date(year, month, date + 1).getTime()]
    return false
  }
}

/** Steps to show; how it was routed goes with its opening, and nothing before the oldest line. */
function stepRows(story: Story): Extract<Row, { kind: 'step' }>[] {
  const rows: Extract<Row, { kind: 'step' }>[] = []
  const oldest = story.hasOlder && story.lines[0] ? momentOf(story.lines[0]) : -Infinity
  let before: ConversationEventOut | null = null
  for (const step of story.steps) {
    if (!SHOWN_STEPS.has(step.type)) continue
    const last = rows.at(-1)
    const isOpening = last?.step === before && /(opened|reopened)$/.test(last?.step.type ?? '')
    if (step.type === 'conversation.routed' && last && isOpening && isClose(last.at, step.at)) last.routed = step
    else if (Date.parse(step.at) >= oldest) rows.push({ kind: 'step', key: `step-${step.seq}`, at: step.at, step, before, routed: null })
    before = step
  }
  return rows
}

/** A line goes on from the one above it when the same person wrote it within two minutes. */
function follow(row: Row, above: Row | undefined): Row {
  if (row.kind === 'line' && row.line.direction !== 'note') {
    const isSame = above?.kind === 'line' && above.line.direction === row.line.direction && writer(above.line) === writer(row.line)
    return { ...row, isCont: isSame && isClose(above.at, row.at) }
  }
  if (row.kind === 'outgoing') {
    return { ...row, isCont: above?.kind === 'outgoing' && isClose(above.at, row.at) }
  }
  return row
}

const writer = (line: MessageOut): string => `${line.sender.kind} ${line.sender.id} ${line.is_from_phone}`
