/* A day that the server's own tests recorded (tests/live/test_every_event.py), every type of event in it: what the
   console makes of it is what a fresh snapshot says, as tests/live/reducer.py has it. */
import { expect, it } from 'vitest'
import type { SyncOut } from '@/api/schema'
import { decode } from './decode'
import { Follow } from './follow'
import recorded from './recorded.json'
import { apply as applyTo } from './thread'
import { apply, emptyWorld, fill } from './world'

const UNNUMBERED = new Set(['presence', 'presence_by', 'away_reason', 'uses', 'last_used_at'])
/** What I read is told to my own windows without a number. */
const WHISPERED = 'readings'
const lasting = (thing: object) => Object.fromEntries(Object.entries(thing).filter(([name]) => !UNNUMBERED.has(name)))
const { first, frames, last } = recorded as unknown as { first: SyncOut; frames: object[]; last: SyncOut }

function shown(snapshot: SyncOut, told: object[]): Record<string, Record<string, object>> {
  const world = emptyWorld()
  const follow = new Follow()
  fill(world, snapshot)
  follow.begin(snapshot.cursor)
  for (const frame of told) {
    const heard = decode(JSON.stringify(frame))
    if (heard.kind !== 'event') throw new Error(`not an event: ${JSON.stringify(frame)}`)
    expect(follow.take(heard.event)).toBe('next')
    apply(world, heard.event)
  }
  return Object.fromEntries(
    Object.entries(world).filter(([part]) => part !== WHISPERED).map(([part, things]) => [part, Object.fromEntries([...things].map(([id, thing]: [string, object]) => [id, lasting(thing)]))]),
  )
}

it('makes of a snapshot and events what a fresh snapshot says', () => {
  expect(shown(first, frames)).toEqual(shown(last, []))
})

it('makes the same of events that come once more', () => {
  const world = emptyWorld()
  fill(world, last)
  const before = JSON.stringify([...world.conversations])
  const ending = frames.slice(-1).map((frame) => decode(JSON.stringify(frame)))
  for (const each of ending) if (each.kind === 'event') apply(world, each.event)
  expect(JSON.stringify([...world.conversations])).toBe(before)
})

it('shows every message of the day once, in the order of writing', () => {
  const threads = new Map<string, Parameters<typeof applyTo>[0]>()
  for (const frame of [...frames, ...frames]) {
    const heard = decode(JSON.stringify(frame))
    if (heard.kind !== 'event' || !('conversation_id' in heard.event) || !heard.event.conversation_id) continue
    const id = heard.event.conversation_id
    if (!threads.has(id)) threads.set(id, { lines: [], steps: [], newer: null })
    applyTo(threads.get(id)!, heard.event)
  }
  for (const { lines, steps } of threads.values()) {
    expect(new Set(lines.map((each) => each.id)).size).toBe(lines.length)
    expect(lines.map((each) => each.sort_at)).toEqual(lines.map((each) => each.sort_at).toSorted())
    expect(new Set(steps.map((each) => each.seq)).size).toBe(steps.length)
  }
})
