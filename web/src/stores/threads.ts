/* The messages of the conversations that were opened, each once and in order. */
import { defineStore } from 'pinia'
import { markRaw, reactive } from 'vue'
import { Problem, ask, http } from '@/api/http'
import type { MessageOut } from '@/api/schema'
import type { LiveEvent } from '@/live/events'
import { type Lines, add, addStep, apply, belongs } from '@/live/thread'
import { useKeeping } from './keeping'

export interface Thread extends Lines {
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
      if (isWhole || thread.isKept || thread.state === 'loading') thread.older = page.next
      for (const line of page.items) add(thread, line)
      for (const step of steps.items) addStep(thread, step)
      thread.state = 'ready'
      thread.problem = null
      thread.isKept = false
      keepSoon(id)
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      if (error.isPassing && thread.state === 'loading' && (await showKept(id, thread))) return
      if (newer) Object.assign(thread, { newer, lines: thread.lines.filter((each) => stale.has(each)) })
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
      if (thread?.state !== 'ready' || thread.isKept || thread.newer) continue
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

  /** Ask the server, now that it can be asked, for what was shown from here or could not be shown. */
  function reloadMissing(): void {
    for (const [id, thread] of threads) if (thread.isKept || thread.state === 'failed') void load(id, true)
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
    Object.assign(thread, { lines: markRaw([...page.items].reverse()), older: page.next, newer: page.previous, state: 'ready', problem: null })
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
    const id = 'conversation_id' in event ? event.conversation_id : null
    const thread = id ? threads.get(id) : undefined
    if (id && thread && apply(thread, event)) keepSoon(id)
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

  return { threads, load, loadOlder, loadAround, loadNewer, onEvent, refresh, keep, keepNow, trim, reloadMissing }
})
