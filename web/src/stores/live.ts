/* Snapshot, then events: keeps the world true, and says how true it is. */
import { defineStore } from 'pinia'
import { ref } from 'vue'
import { Problem, ask, http } from '@/api/http'
import { Batch } from '@/live/batch'
import { Connection, type LiveState } from '@/live/connection'
import type { Ephemeral, LiveEvent } from '@/live/events'
import { useSession } from './session'
import { useThreads } from './threads'
import { useWorld } from './world'

const RETRY_MS = 2_000
/** A snapshot that takes longer will not come. */
const LONGEST_MS = 20_000
/** Once may be chance: from so many refusals on it is told. */
const TOLD_FROM = 2

export const useLive = defineStore('live', () => {
  const session = useSession()
  const world = useWorld()
  const threads = useThreads()
  const state = ref<LiveState>('connecting')
  const position = ref(0)
  const offlineSince = ref<Date | null>(null)
  /** Why there is no snapshot. */
  const problem = ref<Problem | null>(null)
  let refusals = 0
  const listeners = new Set<(event: LiveEvent) => void>()
  const hearers = new Set<(frame: Ephemeral) => void>()
  let shown: string | null = null
  let retry: ReturnType<typeof setTimeout> | undefined

  /** What comes within one frame is shown in one: a burst costs a few drawings, not one for each line. */
  const batch = new Batch<LiveEvent>((events) => {
    for (const event of events) {
      world.onEvent(event)
      threads.onEvent(event)
      for (const listener of listeners) listener(event)
    }
    position.value = connection.position
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
        state.value = next
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
      await threads.refresh(shown)
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      if (error.status === 401) return session.keep(null)
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

  return { state, position, offlineSince, problem, start, stop, say, setAway, show, onEvent, onWhisper }
})
