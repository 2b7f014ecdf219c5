import { expect, test } from 'vitest'
import type { LiveEvent } from '@/live/events'
import { isOfPoll, shareOf } from './polls'

const event = (type: string, kind: string) => ({ type, message: { kind } }) as unknown as LiveEvent

test('votes that come and polls that go out are news', () => {
  expect(isOfPoll(event('message.received', 'poll_vote'))).toBe(true)
  expect(isOfPoll(event('message.queued', 'poll'))).toBe(true)
  expect(isOfPoll(event('message.received', 'text'))).toBe(false)
  expect(isOfPoll(event('message.delivered', 'poll'))).toBe(false)
  expect(isOfPoll({ type: 'rule.changed' } as unknown as LiveEvent)).toBe(false)
})

test('a bar is as long as the share of those who voted', () => {
  expect(shareOf(1, 3)).toBe(33)
  expect(shareOf(0, 0)).toBe(0)
})
