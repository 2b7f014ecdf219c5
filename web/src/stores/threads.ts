/* The messages of the conversations that were opened, each once and in order. */
import { defineStore } from 'pinia'
import { reactive } from 'vue'
import { Problem, ask, http } from '@/api/http'
import type { ConversationEventOut, MessageOut } from '@/api/schema'
import type { LiveEvent } from '@/live/events'

export interface Thread {
  lines: MessageOut[]
  /** What happened to the conversation, oldest first: the system lines. */
  steps: ConversationEventOut[]
  /** Where older lines go on; null at the beginning of the conversation. */
  older: string | null
  /** Where newer lines go on, while a part of the past is shown; null where the newest is there. */
  newer: string | null
  state: 'loading' | 'ready' | 'failed'
  problem: Problem | null
}

const PAGE = 50

export const useThreads = defineStore('threads', () => {
  const threads = reactive(new Map<string, Thread>())

  /** Show a conversation's newest lines; what is there already is brought up to date, or replaced. */
  async function load(id: string, isFresh = false): Promise<void> {
    const thread = threads.get(id) ?? blank(id)
    if (thread.state === 'failed') Object.assign(thread, { state: 'loading', problem: null })
    const { newer } = thread
    const isWhole = isFresh || newer !== null
    const stale = new Set<unknown>(isWhole ? [...thread.lines, ...thread.steps] : [])
    thread.newer = null // what comes meanwhile belongs to it
    try {
      const path = { conversation_id: id }
      const [page, steps] = await Promise.all([
        ask(http.GET('/api/v1/conversations/{conversation_id}/messages', { params: { path, query: { limit: PAGE } } })),
        ask(http.GET('/api/v1/conversations/{conversation_id}/events', { params: { path } })),
      ])
      thread.lines = thread.lines.filter((each) => !stale.has(each))
      thread.steps = thread.steps.filter((each) => !stale.has(each))
      if (isWhole || thread.state === 'loading') thread.older = page.next
      for (const line of page.items) add(thread, line)
      for (const step of steps.items) addStep(thread, step)
      thread.state = 'ready'
      thread.problem = null
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      if (newer) Object.assign(thread, { newer, lines: thread.lines.filter((each) => stale.has(each)) })
      thread.problem = error
      if (thread.state === 'loading') thread.state = 'failed'
    }
  }

  /** Load the page before the oldest line. */
  async function loadOlder(id: string): Promise<void> {
    const thread = threads.get(id)
    if (!thread?.older) return
    const after = thread.older
    const page = await ask(
      http.GET('/api/v1/conversations/{conversation_id}/messages', {
        params: { path: { conversation_id: id }, query: { limit: PAGE, after } },
      }),
    )
    if (thread.older !== after) return
    thread.older = page.next
    for (const line of page.items) add(thread, line)
  }

  /** Show the part of a conversation that has a line in its middle, unless the line is there. Throws Problem. */
  async function loadAround(id: string, lineId: string): Promise<void> {
    if (threads.get(id)?.lines.some((each) => each.id === lineId)) return
    const path = { conversation_id: id }
    const [page, steps] = await Promise.all([
      ask(http.GET('/api/v1/conversations/{conversation_id}/messages', { params: { path, query: { limit: PAGE, around: lineId } } })),
      ask(http.GET('/api/v1/conversations/{conversation_id}/events', { params: { path } })),
    ])
    const thread = threads.get(id) ?? blank(id)
    Object.assign(thread, { lines: [...page.items].reverse(), older: page.next, newer: page.previous, state: 'ready', problem: null })
    for (const step of steps.items) addStep(thread, step)
    if (!thread.newer) await load(id) // what came while it was on its way
  }

  /** Load the page after the newest line of a part of the past. */
  async function loadNewer(id: string): Promise<void> {
    const thread = threads.get(id)
    if (!thread?.newer) return
    const before = thread.newer
    const page = await ask(
      http.GET('/api/v1/conversations/{conversation_id}/messages', {
        params: { path: { conversation_id: id }, query: { limit: PAGE, before } },
      }),
    )
    if (thread.newer !== before) return
    for (const line of page.items) add(thread, line)
    thread.newer = page.previous
    if (!thread.newer) await load(id)
  }

  function onEvent(event: LiveEvent): void {
    if (event.is_removed) {
      threads.delete(event.conversation_id)
      return
    }
    if ('message' in event && event.conversation_id) {
      const thread = threads.get(event.conversation_id)
      if (thread && belongs(thread, event.message)) merge(thread, event.message)
    } else if ('by' in event) {
      const thread = threads.get(event.conversation_id)
      if (thread && event.type !== 'conversation.updated') addStep(thread, stepOf(event))
    }
  }

  /** Load again what is on the screen, after a resync; forget the rest. */
  async function refresh(shown: string | null): Promise<void> {
    for (const id of [...threads.keys()]) if (id !== shown) threads.delete(id)
    if (shown && threads.has(shown)) await load(shown, true)
  }

  function keep(line: MessageOut): void {
    const thread = line.conversation_id ? threads.get(line.conversation_id) : undefined
    if (thread && belongs(thread, line)) add(thread, line)
  }

  function blank(id: string): Thread {
    threads.set(id, { lines: [], steps: [], older: null, newer: null, state: 'loading', problem: null })
    return threads.get(id)!
  }

  return { threads, load, loadOlder, loadAround, loadNewer, onEvent, refresh, keep }
})

/** Whether a line is among those that are shown: a part of the past takes no new ones. */
export function belongs(thread: Pick<Thread, 'lines' | 'newer'>, line: MessageOut): boolean {
  return thread.newer === null || thread.lines.some((each) => each.id === line.id)
}

/** Put a line in its place by (sort_at, number), in the place of an older version of itself. */
export function merge(thread: Pick<Thread, 'lines'>, line: MessageOut): void {
  const lines = thread.lines
  const known = lines.findIndex((each) => each.id === line.id)
  if (known >= 0) lines.splice(known, 1)
  let at = lines.length
  while (at > 0 && isAfter(lines[at - 1]!, line)) at--
  lines.splice(at, 0, line)
}

/** Put a line that an answer brought in its place, unless it is there: events know it as well or better. */
export function add(thread: Pick<Thread, 'lines'>, line: MessageOut): void {
  if (!thread.lines.some((each) => each.id === line.id)) merge(thread, line)
}

function isAfter(one: MessageOut, other: MessageOut): boolean {
  const [a, b] = [Date.parse(one.sort_at), Date.parse(other.sort_at)]
  return a === b ? one.number > other.number : a > b
}

function addStep(thread: Thread, step: ConversationEventOut): void {
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
