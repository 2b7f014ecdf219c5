import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { type Hearer, RIGHTS_CHANGED, SIGNED_OUT, Transport } from './transport'

class FakeSocket {
  static readonly OPEN = 1
  static all: FakeSocket[] = []
  static get last(): FakeSocket {
    return FakeSocket.all.at(-1)!
  }
  readyState = 0
  onopen?: () => void
  onmessage?: (event: { data: string }) => void
  onclose?: (event: { code: number }) => void
  constructor(readonly url: string) {
    FakeSocket.all.push(this)
  }
  open(): void {
    this.readyState = FakeSocket.OPEN
    this.onopen?.()
  }
  close(): void {
    this.readyState = 3
  }
}

const said = { lost: 0, ended: [] as number[], texts: [] as string[] }
let mayReopen = true
const hearer: Hearer = {
  address: () => 'ws://here/ws',
  opening: () => undefined,
  text: (text) => said.texts.push(text),
  lost: () => said.lost++,
  ended: (code) => said.ended.push(code),
  mayReopen: async () => mayReopen,
}

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('WebSocket', FakeSocket)
  FakeSocket.all = []
  Object.assign(said, { lost: 0, ended: [], texts: [] })
  mayReopen = true
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

function opened(): Transport {
  const transport = new Transport(hearer)
  transport.open()
  FakeSocket.last.open()
  return transport
}

it('opens again when it breaks, and takes nothing from the socket before', async () => {
  opened()
  const first = FakeSocket.last
  first.onmessage?.({ data: 'one' })
  first.onclose?.({ code: 1006 })
  await vi.advanceTimersByTimeAsync(500)
  first.onmessage?.({ data: 'late' })
  expect([FakeSocket.all.length, said.lost, said.texts]).toEqual([2, 1, ['one']])
})

it.each([SIGNED_OUT, RIGHTS_CHANGED])('stays closed after %i', async (code) => {
  opened()
  FakeSocket.last.onclose?.({ code })
  await vi.advanceTimersByTimeAsync(60_000)
  expect([FakeSocket.all.length, said.ended]).toEqual([1, [code]])
})

it('ends where it is refused and the session is over', async () => {
  mayReopen = false
  new Transport(hearer).open()
  FakeSocket.last.onclose?.({ code: 1006 })
  await vi.advanceTimersByTimeAsync(60_000)
  expect(said.ended).toEqual([SIGNED_OUT])
})

it('opens again where nothing is heard for 35 s', async () => {
  opened()
  await vi.advanceTimersByTimeAsync(34_000)
  expect(FakeSocket.all).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(2_000)
  expect(FakeSocket.all).toHaveLength(2)
})

it('opens again where the clock jumped, though the socket looks open', async () => {
  opened()
  await vi.advanceTimersByTimeAsync(4_000)
  expect(FakeSocket.all).toHaveLength(1)
  vi.setSystemTime(Date.now() + 3_600_000)
  await vi.advanceTimersByTimeAsync(2_000)
  expect(FakeSocket.all).toHaveLength(2)
})

it('gives up a socket whose words cannot be used, and waits before the next', async () => {
  const transport = opened()
  transport.lose()
  expect([FakeSocket.all.length, said.lost]).toEqual([1, 1])
  await vi.advanceTimersByTimeAsync(500)
  expect(FakeSocket.all).toHaveLength(2)
})
