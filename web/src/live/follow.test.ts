import { expect, it } from 'vitest'
import { Follow } from './follow'

function following(after: number): Follow {
  const follow = new Follow()
  follow.begin(after)
  return follow
}

it('takes each event once and in order, and notices what is missing', () => {
  const follow = following(10)
  expect(follow.take({ seq: 12, prev: 10 })).toBe('next')
  expect(follow.take({ seq: 12, prev: 10 })).toBe('again')
  expect(follow.take({ seq: 20, prev: 15 })).toBe('gap')
  expect(follow.position).toBe(12)
})

it('has caught up when it is where the account stood, by an event or a heartbeat', () => {
  const follow = following(10)
  follow.hello(30)
  expect(follow.isCaughtUp).toBe(false)
  follow.take({ seq: 29, prev: 10 })
  expect(follow.isCaughtUp).toBe(false)
  follow.heartbeat(30)
  expect(follow.isCaughtUp).toBe(true)
})

it('goes on after a break from what was considered, which its own events may be behind', () => {
  const follow = following(10)
  follow.take({ seq: 12, prev: 10 })
  follow.heartbeat(40)
  follow.heartbeat(35)
  expect(follow.position).toBe(40)
  follow.reopen()
  expect(follow.take({ seq: 41, prev: 40 })).toBe('next')
})
