import { afterEach, expect, test, vi } from 'vitest'
import { ask, http } from './http'

afterEach(() => vi.unstubAllGlobals())

/** Let the first answers be lost, and say with which keys was asked. */
function losing(answers: number): (string | null)[] {
  const keys: (string | null)[] = []
  vi.stubGlobal('fetch', (request: Request) => {
    keys.push(request.headers.get('Idempotency-Key'))
    const isLost = keys.length <= answers
    return isLost ? Promise.reject(new TypeError('lost')) : Promise.resolve(Response.json({ id: '1' }, { status: 201 }))
  })
  return keys
}

const body = { name: 'Sales' }

test('what is made is asked for again under the same key when its answer is lost', async () => {
  const keys = losing(1)
  await ask(http.POST('/api/v1/divisions', { body }))
  expect(keys).toHaveLength(2)
  expect(keys[0]).toMatch(/^\d+(-\d+){3}$/)
  expect(keys[1]).toBe(keys[0])
})

test('everything else is asked for once and has no key', async () => {
  const keys = losing(1)
  await expect(ask(http.GET('/api/v1/divisions'))).rejects.toMatchObject({ code: 'offline' })
  expect(keys).toEqual([null])
})
