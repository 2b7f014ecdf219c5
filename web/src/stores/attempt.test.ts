import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, test, vi } from 'vitest'
import { Problem } from '@/api/http'
import { useAttempt } from './attempt'
import { useToasts } from './toasts'

beforeEach(() => setActivePinia(createPinia()))

test('it is busy until the answer is there', async () => {
  const after = vi.fn()
  const { isBusy, attempt } = useAttempt(after)
  let answer = () => {}
  const done = attempt(() => new Promise<void>((resolve) => (answer = resolve)))
  expect(isBusy.value).toBe(true)
  expect(after).not.toHaveBeenCalled()
  answer()
  await done
  expect(isBusy.value).toBe(false)
  expect(after).toHaveBeenCalledOnce()
})

test('a refusal is told, and it is over', async () => {
  const after = vi.fn()
  const { isBusy, attempt } = useAttempt(after)
  const fail = vi.spyOn(useToasts(), 'fail')
  const refusal = new Problem(409, 'conflict', 'No.', {})
  await attempt(() => Promise.reject(refusal))
  expect(fail).toHaveBeenCalledWith(refusal)
  expect(isBusy.value).toBe(false)
  expect(after).toHaveBeenCalledOnce()
})

test('a fault of ours is no notice', async () => {
  const { attempt } = useAttempt()
  await expect(attempt(() => Promise.reject(new TypeError('x')))).rejects.toThrow(TypeError)
})
