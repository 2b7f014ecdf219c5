/* The messages of the conversations that were opened, each once and in order. */
import { defineStore } from 'pinia'
import { reactive } from 'vue'
import { Problem, ask, http } from '@/api/http'
import type { ConversationEventOut, MessageOut } from '@/api/schema'
import type { LiveEvent } from '@/live/events'
import { useKeeping } from './keeping'

export interface Thread {
  lines: MessageOut[]
  /** What happened to the conversation, oldest first: the system lines. */
  steps: ConversationEventOut[]
  /** Where older lines go on; null at the beginning of the conversation. */
  older: string | null
  state: 'loading' | 'ready' | 'failed'
  problem: Problem | null
  /** Whether these are the lines that were kept here, for the server could not be asked. */
  isKept?: boolean
}

/** The newest lines of a thread, as they are kept here. */
type Kept = Pick<Thread, 'lines' | 'steps'> & { at: string }

const PAGE = 50
const MOST_KEPT = 50
const KEEP_AFTER_MS = 1_000

export const useThreads = defineStore('threads', () => {
  const { store } = useKeeping()
  const threads = reactive(new Map<string, Thread>())
  const changed = new Set<string>()
  let keeping: ReturnType<typeof setTimeout> | undefined

  /** Show a conversation's newest lines; what is there already is brought up to date, or replaced. */
  async function load(id: string, isFresh = false): Promise<void> {
    const thread = threads.get(id) ?? blank(id)
    if (thread.state === 'failed') Object.assign(thread, { state: 'loading', problem: null })
    const stale = new Set<unknown>(isFresh ? [...thread.lines, ...thread.steps] : [])
    try {
      const path = { conversation_id: id }
      const [page, steps] = await Promise.all([
        ask(http.GET('/api/v1/conversations/{conversation_id}/messages', { params: { path, query: { limit: PAGE } } })),
        ask(http.GET('/api/v1/conversations/{conversation_id}/events', { params: { path } })),
      ])
      thread.lines = thread.lines.filter((each) => !stale.has(each))
      thread.steps = thread.steps.filter((each) => !stale.has(each))
      if (isFresh || thread.isKept || thread.state === 'loading') thread.older = page.next
      for (const line of page.items) add(thread, line)
      for (const step of steps.items) addStep(thread, step)
      thread.state = 'ready'
      thread.problem = null
      thread.isKept = false
      keepSoon(id)
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      if (error.isPassing && thread.state === 'loading' && (await showKept(id, thread))) return
      thread.problem = error
      if (thread.state === 'loading') thread.state = 'failed'
    }
  }

  /** Show what was kept of a thread, until the server can be asked; false where nothing was. */
  async function showKept(id: string, thread: Thread): Promise<boolean> {
    const kept = await store.get<Kept>('threads', id)
    if (!kept || thread.state !== 'loading') return kept !== undefined
    for (const line of kept.lines) add(thread, line)
    for (const step of kept.steps) addStep(thread, step)
    Object.assign(thread, { state: 'ready', isKept: true })
    return true
  }

  /** Keep what changed of the threads in a moment, one record for many lines. */
  function keepSoon(id: string): void {
    changed.add(id)
    keeping ??= setTimeout(keepNow, KEEP_AFTER_MS)
  }

  function keepNow(): void {
    clearTimeout(keeping)
    keeping = undefined
    for (const id of changed) {
      const thread = threads.get(id)
      if (thread?.state !== 'ready' || thread.isKept) continue
      const kept: Kept = { lines: thread.lines.slice(-PAGE), steps: thread.steps.slice(-PAGE), at: new Date().toISOString() }
      void store.put('threads', id, kept)
    }
    changed.clear()
  }

  /** Forget the threads beyond those that were kept last. */
  async function trim(): Promise<void> {
    const kept = await store.all<Kept>('threads')
    kept.sort(([, one], [, other]) => other.at.localeCompare(one.at))
    for (const [id] of kept.slice(MOST_KEPT)) void store.drop('threads', id)
  }

  /** Ask the server for what was shown from here, now that it can be asked. */
  function reloadKept(): void {
    for (const [id, thread] of threads) if (thread.isKept) void load(id, true)
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

  function onEvent(event: LiveEvent): void {
    if (event.is_removed) {
      threads.delete(event.conversation_id)
      return
    }
    if ('message' in event && event.conversation_id) {
      const thread = threads.get(event.conversation_id)
      if (!thread) return
      merge(thread, event.message)
      keepSoon(event.conversation_id)
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
    if (thread) add(thread, line)
  }

  function blank(id: string): Thread {
    threads.set(id, { lines: [], steps: [], older: null, state: 'loading', problem: null })
    return threads.get(id)!
  }

  return { threads, load, loadOlder, onEvent, refresh, keep, keepNow, trim, reloadKept }
})

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
