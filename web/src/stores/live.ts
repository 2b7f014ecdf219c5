/* Snapshot, then events: keeps the world true, and says how true it is. */
import { defineStore } from 'pinia'
import { ref } from 'vue'
import { Problem, ask, http } from '@/api/http'
import type { SyncOut } from '@/api/schema'
import { Batch } from '@/live/batch'
import { Connection, type LiveState } from '@/live/connection'
import type { Ephemeral, LiveEvent } from '@/live/events'
import { useKeeping } from './keeping'
import { useSession } from './session'
import { useThreads } from './threads'
import { useWorld } from './world'

const RETRY_MS = 2_000
/** A snapshot that takes longer will not come. */
const LONGEST_MS = 20_000
/** Once may be chance: from so many refusals on it is told. */
const TOLD_FROM = 2
/** How often the picture is kept for a start without a network, while it changes. */
const KEEP_EVERY_MS = 60_000
const PICTURE = 'last'

interface Kept {
  at: string
  snapshot: SyncOut
}

export const useLive = defineStore('live', () => {
  const session = useSession()
  const world = useWorld()
  const threads = useThreads()
  const { store } = useKeeping()
  const state = ref<LiveState>('connecting')
  const position = ref(0)
  const offlineSince = ref<Date | null>(null)
  /** When the screen became live last: what was written before and came after that was missed. */
  let liveSince = 0
  /** Why there is no snapshot. */
  const problem = ref<Problem | null>(null)
  let refusals = 0
  const listeners = new Set<(event: LiveEvent) => void>()
  const hearers = new Set<(frame: Ephemeral) => void>()
  let shown: string | null = null
  let retry: ReturnType<typeof setTimeout> | undefined

  /** What comes within one frame is shown in one: a burst costs a few drawings, not one for each line. */
  const batch = new Batch<LiveEvent>((events) => {
    try {
      for (const event of events) {
        world.onEvent(event)
        threads.onEvent(event)
        for (const listener of listeners) listener(event)
      }
    } catch (error) {
      console.error(error) // an event that this page cannot take, of a later server: a snapshot has it as well
      connection.close()
      return void start()
    }
    position.value = connection.position
    keeping ??= setTimeout(keepPicture, KEEP_EVERY_MS)
  })
  world.onAsk(batch.hurry)
  let keeping: ReturnType<typeof setTimeout> | undefined

  /** Keep what is shown, as of now. */
  function keepPicture(): void {
    clearTimeout(keeping)
    keeping = undefined
    const snapshot = world.now(connection.position)
    if (snapshot) void store.put('picture', PICTURE, { at: new Date().toISOString(), snapshot } satisfies Kept)
  }

  /** Show what was kept last, where nothing is shown yet. */
  async function showKept(): Promise<void> {
    const kept = await store.get<Kept>('picture', PICTURE)
    if (kept && !world.isLoaded) world.start(kept.snapshot, kept.at)
  }

  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) return
    threads.keepNow()
    if (keeping) keepPicture()
  })

  const connection = new Connection(
    {
      event: batch.add,
      whisper(frame) {
        world.onWhisper(frame)
        for (const hearer of hearers) hearer(frame)
      },
      resync: () => void start(),
      signedOut: () => session.keep(null),
      state(next) {
        position.value = connection.position
        if (next === 'offline') offlineSince.value ??= new Date()
        if (next === 'live') offlineSince.value = null
        if (next === 'live' && state.value !== 'live') {
          liveSince = Date.now()
          threads.reloadMissing()
        }
        state.value = next
        if (next === 'offline' && keeping) keepPicture()
      },
    },
    async () => {
      await session.load().catch(() => undefined)
      return session.me !== null
    },
  )

  /** Take a snapshot and follow what happens from there. Tries until it succeeds or nobody is signed in. */
  async function start(): Promise<void> {
    clearTimeout(retry)
    try {
      const snapshot = await ask(http.GET('/api/v1/sync', { signal: AbortSignal.timeout(LONGEST_MS) }))
      problem.value = null
      refusals = 0
      batch.clear()
      world.start(snapshot)
      connection.open(snapshot.epoch, snapshot.cursor)
      keepPicture()
      await threads.refresh(shown)
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      if (error.status === 401) return session.keep(null)
      if (error.isPassing && !world.isLoaded) await showKept()
      if (++refusals >= TOLD_FROM) problem.value = error
      state.value = 'offline'
      offlineSince.value ??= new Date()
      retry = setTimeout(() => session.me && void start(), (error.retryAfter ?? 0) * 1_000 || RETRY_MS)
    }
  }

  function stop(): void {
    clearTimeout(retry)
    connection.close()
  }

  /** Whether something that comes now was written while this screen was not live. */
  const wasMissed = (at: string): boolean => state.value !== 'live' || Date.parse(at) < liveSince

  function say(frame: Record<string, unknown>): void {
    connection.say(frame)
  }

  /** Set myself away, for a reason that colleagues see, or back. */
  const setAway = (away: boolean, reason = ''): void => say({ type: 'presence', away, reason })

  /** Tell which conversation is on the screen, so that a resync brings it up to date first. */
  function show(id: string | null): void {
    if (shown) say({ type: 'viewing', conversation_id: shown, active: false })
    shown = id
    if (id) say({ type: 'viewing', conversation_id: id, active: true })
  }

  function onEvent(listener: (event: LiveEvent) => void): () => void {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }

  function onWhisper(hearer: (frame: Ephemeral) => void): () => void {
    hearers.add(hearer)
    return () => hearers.delete(hearer)
  }

  return { state, position, offlineSince, problem, start, stop, wasMissed, say, setAway, show, onEvent, onWhisper }
})
