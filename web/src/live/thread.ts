/* The lines of one conversation, and what events make of them. Pure. */
import { markRaw } from 'vue'
import type { ConversationEventOut, MessageOut } from '@/api/schema'
import type { LiveEvent } from './events'

export interface Lines {
  lines: MessageOut[]
  /** What happened to the conversation, oldest first: the system lines. */
  steps: ConversationEventOut[]
  /** Where newer lines go on, while a part of the past is shown; null where the newest is there. */
  newer: string | null
}

/** Take an event of the conversation into its lines; says whether anything changed. */
export function apply(thread: Lines, event: LiveEvent): boolean {
  if (event.is_removed) return false
  if ('message' in event) {
    if (!belongs(thread, event.message)) return false
    merge(thread, event.message)
    return true
  }
  if (!('by' in event) || event.type === 'conversation.updated') return false
  addStep(thread, stepOf(event))
  return true
}

/** Whether a line is among those that are shown: a part of the past takes no new ones. */
export function belongs(thread: Pick<Lines, 'lines' | 'newer'>, line: MessageOut): boolean {
  return thread.newer === null || thread.lines.some((each) => each.id === line.id)
}

/** Put a line in its place by (sort_at, number), in the place of an older version of itself. The lines
 * are another array then: there may be thousands, so that none of them is watched by itself. */
export function merge(thread: Pick<Lines, 'lines'>, line: MessageOut): void {
  const lines = thread.lines.filter((each) => each.id !== line.id)
  let [from, to] = [0, lines.length]
  while (from < to) {
    const middle = (from + to) >> 1
    if (isAfter(lines[middle]!, line)) to = middle
    else from = middle + 1
  }
  lines.splice(from, 0, line)
  thread.lines = markRaw(lines)
}

/** Put a line that an answer brought in its place, unless it is there: events know it as well or better. */
export function add(thread: Pick<Lines, 'lines'>, line: MessageOut): void {
  if (!thread.lines.some((each) => each.id === line.id)) merge(thread, line)
}

function isAfter(one: MessageOut, other: MessageOut): boolean {
  const apart = Date.parse(one.sort_at) - Date.parse(other.sort_at) || fractionOf(one) - fractionOf(other)
  return (apart || one.number - other.number) > 0
}

/** Of a second: the server tells six digits of it, of which a Date keeps three. */
const fractionOf = (line: MessageOut) => Number(`0${/\.\d+/.exec(line.sort_at)?.[0] ?? ''}`)

export function addStep(thread: Pick<Lines, 'steps'>, step: ConversationEventOut): void {
  if (thread.steps.some((each) => each.seq === step.seq)) return
  thread.steps.push(step)
  thread.steps.sort((one, other) => one.seq - other.seq)
}

type StepEvent = Extract<LiveEvent, { by: unknown }>

function stepOf(event: StepEvent): ConversationEventOut {
  const { seq, type, at, by, conversation } = event
  return {
    seq,
    type,
    at,
    by,
    status: conversation.status,
    assignee_id: conversation.assignee_id,
    division_id: conversation.division_id,
    turn_id: 'turn_id' in event ? event.turn_id : null,
    rule_id: 'rule_id' in event ? event.rule_id : null,
    snoozed_until: conversation.snoozed_until,
    reason: 'reason' in event ? event.reason : '',
    note: 'note' in event ? event.note : '',
  }
}
