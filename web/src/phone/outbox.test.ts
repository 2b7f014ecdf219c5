import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Line, SimulatedDevice } from './api'
import { useOutbox } from './outbox'

const DEVICE = { id: 'd', status: 'connect', hook_url: 'https://desk.example/hooks/simulated/key' } as SimulatedDevice
const NADIA = { number: '628110000101', name: 'Nadia' }
const posted: [string, string][] = []
let status = 200

beforeEach(() => {
  localStorage.clear()
  posted.length = 0
  status = 200
  setActivePinia(createPinia())
  vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
    if (!status) throw new TypeError('no network')
    posted.push([path, (JSON.parse(String(init.body)) as { text: string }).text])
    return new Response('{}', { status })
  })
})
afterEach(() => vi.unstubAllGlobals())

const states = () => useOutbox().pending.map((each) => each.state)

it('posts to the hook of this very server, each message once, in order', async () => {
  const outbox = useOutbox()
  outbox.add(DEVICE, NADIA, { text: 'one' })
  outbox.add(DEVICE, NADIA, { text: 'two' })
  await Promise.all([outbox.flush(DEVICE), outbox.flush(DEVICE)])
  expect(posted).toEqual([['/hooks/simulated/key', 'one'], ['/hooks/simulated/key', 'two']])
})

it('forgets what the server shows', async () => {
  const outbox = useOutbox()
  outbox.add(DEVICE, NADIA, { text: 'one' })
  await outbox.flush(DEVICE)
  outbox.settle(NADIA.number, [{ hook_id: outbox.pending[0]!.hookId } as Line])
  expect(outbox.pending).toEqual([])
})

it('keeps messages while the device is disconnected, over a reload, and posts them afterwards', async () => {
  const outbox = useOutbox()
  outbox.add(DEVICE, NADIA, { text: 'later' })
  await outbox.flush({ ...DEVICE, status: 'disconnect' })
  expect([posted, states()]).toEqual([[], ['held']])
  setActivePinia(createPinia())
  await useOutbox().flush(DEVICE)
  expect(posted.map(([, text]) => text)).toEqual(['later'])
})

it('tries again in order when the network comes back', async () => {
  const outbox = useOutbox()
  outbox.add(DEVICE, NADIA, { text: 'one' })
  outbox.add(DEVICE, NADIA, { text: 'two' })
  status = 0
  await outbox.flush(DEVICE)
  status = 200
  await outbox.flush(DEVICE)
  expect(posted.map(([, text]) => text)).toEqual(['one', 'two'])
})

it('says what was refused, and sends it again on demand', async () => {
  const outbox = useOutbox()
  outbox.add(DEVICE, NADIA, { text: 'one' })
  status = 404
  await outbox.flush(DEVICE)
  expect(states()).toEqual(['failed'])
  status = 200
  outbox.again(outbox.pending[0]!.hookId)
  await outbox.flush(DEVICE)
  expect(posted).toHaveLength(2)
})

it('delivers twice where that is switched on', async () => {
  const outbox = useOutbox()
  outbox.repeats = true
  outbox.add(DEVICE, NADIA, { text: 'one' })
  await outbox.flush(DEVICE)
  expect(posted.map(([, text]) => text)).toEqual(['one', 'one'])
})
