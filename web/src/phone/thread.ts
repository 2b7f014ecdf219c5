/* What the chat shows: both sides in order, what is not sent yet, and polls with the last vote. */
import { dayKey, isClose } from '@/lib/time'
import type { HookBody, Line, Question } from './api'

/** A message that the hook did not take yet. */
export interface Pending {
  hookId: string
  deviceId: string
  number: string
  at: string
  body: HookBody
  state: 'sending' | 'held' | 'failed'
  preview?: string
}

export interface Row {
  key: string
  line: Line
  pending: Pending | null
  chosen: string[]
  startsDay: boolean
  follows: boolean
}

/** Return the rows of a chat, oldest first. `lines` are newest first, as the server gives them. */
export function rowsOf(lines: readonly Line[], pending: readonly Pending[]): Row[] {
  const stored = new Set(lines.map((line) => line.hook_id))
  const waiting = pending.filter((each) => !stored.has(each.hookId))
  const all = [...lines].reverse().concat(waiting.map(lineOf))
  const votes = votesIn(all)
  const rows: Row[] = []
  for (const line of all) {
    if (line.kind === 'poll_vote' && votes.counted.has(line)) continue
    const before = rows.at(-1)?.line
    rows.push({
      key: line.hook_id ?? line.id,
      line,
      pending: waiting.find((each) => each.hookId === line.hook_id) ?? null,
      chosen: votes.chosen.get(line) ?? [],
      startsDay: !before || dayKey(before.at) !== dayKey(line.at),
      follows: Boolean(before && before.is_own === line.is_own && isClose(before.at, line.at)),
    })
  }
  return rows
}

/** Return what was chosen last in each poll. A vote names its poll by question and choices. */
function votesIn(lines: readonly Line[]): { chosen: Map<Line, string[]>; counted: Set<Line> } {
  const chosen = new Map<Line, string[]>()
  const counted = new Set<Line>()
  lines.forEach((vote, at) => {
    if (vote.kind !== 'poll_vote' || !vote.is_own) return
    const poll = lines.slice(0, at).findLast((line) => !line.is_own && line.poll && isSame(line.poll, vote.poll))
    if (!poll) return
    chosen.set(poll, vote.choices)
    counted.add(vote)
  })
  return { chosen, counted }
}

function isSame(poll: Question, other: Question | null): boolean {
  return other !== null && poll.name === other.name && poll.choices.join('\n') === other.choices.join('\n')
}

/** Return what is chosen after a choice was pressed. */
export function choose(poll: Question, chosen: readonly string[], choice: string): string[] {
  if (!poll.is_multiple) return [choice]
  const next = new Set(chosen)
  if (!next.delete(choice)) next.add(choice)
  return poll.choices.filter((each) => next.has(each))
}

function lineOf(pending: Pending): Line {
  const body = pending.body
  return {
    id: pending.hookId,
    hook_id: pending.hookId,
    at: pending.at,
    is_own: true,
    is_read: false,
    status: null,
    sender: '',
    kind: String(body['kind'] ?? 'text'),
    text: String(body['text'] ?? ''),
    file: fileOf(pending),
    location: (body['location'] as Line['location']) ?? null,
    poll: (body['poll'] as Line['poll']) ?? null,
    choices: (body['choices'] as string[]) ?? [],
    has_preview: false,
  }
}

function fileOf({ body, preview }: Pending): Line['file'] {
  if (!body['media']) return null
  return { url: preview ?? '', filename: String(body['filename'] ?? ''), mime: '' }
}

/** Merge pages of a chat; both and the result are newest first. */
export function mergeLines(known: readonly Line[], fresh: readonly Line[]): Line[] {
  const ids = new Set(fresh.map((line) => line.id))
  return [...fresh, ...known.filter((line) => !ids.has(line.id))].sort((one, other) => Date.parse(other.at) - Date.parse(one.at))
}

export function kindOf(mime: string): 'image' | 'video' | 'audio' | 'document' {
  const kind = mime.split('/')[0]
  return kind === 'image' || kind === 'video' || kind === 'audio' ? kind : 'document'
}
