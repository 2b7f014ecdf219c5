import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { startPolling } from './poller'

let isHidden = false

beforeEach(() => {
  vi.useFakeTimers()
  isHidden = false
  vi.spyOn(document, 'hidden', 'get').mockImplementation(() => isHidden)
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

function hide(value: boolean): void {
  isHidden = value
  document.dispatchEvent(new Event('visibilitychange'))
}

it('asks at once and every second, until it is stopped', async () => {
  const ask = vi.fn(async () => true)
  const poll = startPolling(ask)
  await vi.advanceTimersByTimeAsync(2_500)
  expect(ask).toHaveBeenCalledTimes(3)
  poll.stop()
  await vi.advanceTimersByTimeAsync(5_000)
  expect(ask).toHaveBeenCalledTimes(3)
})

it('does not ask in a hidden tab, and asks at once when it is seen again', async () => {
  const ask = vi.fn(async () => true)
  startPolling(ask)
  await vi.advanceTimersByTimeAsync(100)
  hide(true)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(ask).toHaveBeenCalledTimes(1)
  hide(false)
  expect(ask).toHaveBeenCalledTimes(2)
})

it('asks more rarely while it fails', async () => {
  const ask = vi.fn(async () => false)
  startPolling(ask)
  await vi.advanceTimersByTimeAsync(7_000)
  expect(ask).toHaveBeenCalledTimes(3)
})

it('asks once more when something happened during an answer', async () => {
  let answer: (value: boolean) => void = () => undefined
  const ask = vi.fn(() => new Promise<boolean>((resolve) => (answer = resolve)))
  const poll = startPolling(ask)
  const done = poll.now()
  answer(true)
  await vi.advanceTimersByTimeAsync(0)
  expect(ask).toHaveBeenCalledTimes(2)
  answer(true)
  await done
})
