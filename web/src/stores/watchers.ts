/* Who looks at a conversation right now, and who is typing in it; forgotten unless it is said again. */
import { defineStore } from 'pinia'
import { reactive } from 'vue'
import type { Ephemeral } from '@/live/events'
import { useLive } from './live'

export interface Watcher {
  agentId: string
  name: string
  isTyping: boolean
}

interface Seen {
  name: string
  viewedUntil: number
  typedUntil: number
}

/** A console says again that it looks on every half of this. */
export const VIEWING_MS = 50_000
const TYPING_MS = 8_000

export const useWatchers = defineStore('watchers', () => {
  const live = useLive()
  const seen = reactive(new Map<string, Map<string, Seen>>())

  live.onWhisper(hear)
  setInterval(forget, 2_000)

  function hear(frame: Ephemeral): void {
    if (frame.type === 'conversation.read') return
    if (!('conversation_id' in frame)) {
      if (frame.type === 'agent.absent') for (const [id] of seen) drop(id, frame.agent_id)
      return
    }
    if (frame.type === 'draft.changed') return
    const now = Date.now()
    const there = seen.get(frame.conversation_id) ?? new Map<string, Seen>()
    const { viewedUntil = 0, typedUntil = 0 } = there.get(frame.agent_id) ?? {}
    const next = { name: frame.name, viewedUntil, typedUntil }
    if (frame.type === 'viewing.started') next.viewedUntil = now + VIEWING_MS
    if (frame.type === 'viewing.stopped') next.viewedUntil = next.typedUntil = 0
    if (frame.type === 'typing.started') next.typedUntil = now + TYPING_MS
    if (frame.type === 'typing.stopped') next.typedUntil = 0
    there.set(frame.agent_id, next)
    seen.set(frame.conversation_id, there)
    if (!isThere(next, now)) drop(frame.conversation_id, frame.agent_id)
  }

  function drop(conversationId: string, agentId: string): void {
    const there = seen.get(conversationId)
    if (there?.delete(agentId) && !there.size) seen.delete(conversationId)
  }

  /** Forget who fell silent. */
  function forget(): void {
    const now = Date.now()
    for (const [id, there] of seen) {
      for (const [agentId, each] of there) {
        if (!isThere(each, now)) drop(id, agentId)
        else if (each.typedUntil && each.typedUntil <= now) each.typedUntil = 0
      }
    }
  }

  function of(conversationId: string): Watcher[] {
    return [...(seen.get(conversationId) ?? [])].map(([agentId, each]) => ({
      agentId,
      name: each.name,
      isTyping: each.typedUntil > 0,
    }))
  }

  const isWatched = (conversationId: string) => seen.has(conversationId)

  return { of, isWatched }
})

const isThere = (each: Seen, now: number): boolean => each.viewedUntil > now || each.typedUntil > now
