import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Ephemeral } from '@/live/events'
import { useLive } from './live'
import { VIEWING_MS, useWatchers } from './watchers'

const frame = (type: 'viewing.started' | 'viewing.stopped' | 'typing.started' | 'typing.stopped'): Ephemeral => ({
  type,
  agent_id: 'budi',
  name: 'Budi',
  conversation_id: 'c',
})

describe('watchers', () => {
  let hear: (frame: Ephemeral) => void = () => undefined

  beforeEach(() => {
    vi.useFakeTimers()
    vi.stubGlobal('BroadcastChannel', class { postMessage(): void { /* nobody hears */ } })
    setActivePinia(createPinia())
    vi.spyOn(useLive(), 'onWhisper').mockImplementation((hearer) => {
      hear = hearer
      return () => true
    })
  })
  afterEach(() => vi.useRealTimers())

  it('knows who looks and who types until they stop', () => {
    const watchers = useWatchers()
    hear(frame('viewing.started'))
    hear(frame('typing.started'))
    expect(watchers.of('c')).toEqual([{ agentId: 'budi', name: 'Budi', isTyping: true }])
    hear(frame('typing.stopped'))
    expect(watchers.of('c')[0]?.isTyping).toBe(false)
    hear(frame('viewing.stopped'))
    expect(watchers.of('c')).toEqual([])
  })

  it('forgets who fell silent or left', () => {
    const watchers = useWatchers()
    hear(frame('viewing.started'))
    vi.advanceTimersByTime(VIEWING_MS + 3_000)
    expect(watchers.of('c')).toEqual([])
    hear(frame('viewing.started'))
    hear({ type: 'agent.absent', agent_id: 'budi' })
    expect(watchers.of('c')).toEqual([])
  })
})
