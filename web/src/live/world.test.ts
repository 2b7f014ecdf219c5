import { expect, test } from 'vitest'
import type { ConversationOut, SessionOut, TemplateBrief } from '@/api/schema'
import { apply, applyWhisper, countUses, emptyWorld, fill, fillReadings, picture, unreadOf } from './world'

const brief: TemplateBrief = {
  id: 't', name: 'Hello', shortcut: 'hi', text: 'Hi', attachment: null, location: null, poll: null, division_ids: [], is_deleted: false,
}
const at = '2026-11-26T10:00:00Z'
const changed = (template: TemplateBrief) => ({ type: 'template.changed' as const, seq: 1, prev: 0, at, template })

test('a template that is changed keeps its uses, for no event tells of them', () => {
  const world = emptyWorld()
  apply(world, changed(brief))
  expect(world.templates.get('t')).toMatchObject({ uses: 0, last_used_at: null })
  countUses(world, ['t', 'gone'], at)
  apply(world, changed({ ...brief, text: 'Bye' }))
  expect(world.templates.get('t')).toMatchObject({ text: 'Bye', uses: 1, last_used_at: at })
  apply(world, changed({ ...brief, is_deleted: true }))
  expect(world.templates.size).toBe(0)
})

test('autoreplies follow their events', () => {
  const world = emptyWorld()
  const autoreply = {
    id: 'a', device_id: 'd', name: 'Soon', position: 0, kind: 'default' as const, words: [], pattern: '', hours: null, text: 'Soon.',
    template_id: null, attachment: null, poll: null, rotator_id: null, enabled: true, is_deleted: false,
  }
  apply(world, { type: 'autoreply.changed', seq: 1, prev: 0, at, autoreply })
  expect(world.autoreplies.get('a')).toEqual(autoreply)
  apply(world, { type: 'autoreply.changed', seq: 2, prev: 1, at, autoreply: { ...autoreply, is_deleted: true } })
  expect(world.autoreplies.size).toBe(0)
})

test('rotators follow their events', () => {
  const world = emptyWorld()
  const rotator = { id: 'r', target: 'rotator#1', name: 'Leads', rotation: 'full' as const, numbers: [{ number: '6281200000001' }], is_deleted: false }
  apply(world, { type: 'rotator.changed', seq: 1, prev: 0, at, rotator })
  expect(world.rotators.get('r')).toEqual(rotator)
  apply(world, { type: 'rotator.changed', seq: 2, prev: 1, at, rotator: { ...rotator, is_deleted: true } })
  expect(world.rotators.size).toBe(0)
})

test('what is new to me is what was received after what I read, until it is done', () => {
  const world = emptyWorld()
  const talk = { id: 'c', status: 'assigned', received: 5 } as ConversationOut
  expect(unreadOf(world, talk)).toBe(5)
  applyWhisper(world, { type: 'conversation.read', conversation_id: 'c', read_number: 4 })
  expect(unreadOf(world, talk)).toBe(1)
  fillReadings(world, { c: 2, other: 9 })
  expect(unreadOf(world, talk)).toBe(1)
  expect(unreadOf(world, { ...talk, status: 'resolved' })).toBe(0)
})

test('a picture that is kept fills a world again, mine and the newest first', () => {
  const world = emptyWorld()
  const talk = (id: string, assignee_id: string | null, opened_at: string) => ({ id, assignee_id, opened_at, last_message: null }) as ConversationOut
  for (const each of [talk('old', 'me', '2026-01-01'), talk('new', null, '2026-03-01'), talk('mid', null, '2026-02-01')]) world.conversations.set(each.id, each)
  const kept = picture(world, { me: {} as SessionOut, counts: {}, is_complete: true, cursor: 7 }, 'me')
  expect(kept.conversations.map((each) => each.id)).toEqual(['old', 'new', 'mid'])
  const again = emptyWorld()
  fill(again, JSON.parse(JSON.stringify(kept)))
  expect(again.conversations.size).toBe(3)
})
