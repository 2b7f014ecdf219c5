import { expect, test, vi } from 'vitest'
import { Batch } from './batch'

test('what comes before the next frame is taken at once and in order', async () => {
  const taken: number[][] = []
  const batch = new Batch<number>((things) => taken.push(things))
  for (const thing of [1, 2, 3]) batch.add(thing)
  expect(taken).toEqual([])
  await vi.waitFor(() => expect(taken).toEqual([[1, 2, 3]]))
  batch.add(4)
  await vi.waitFor(() => expect(taken).toEqual([[1, 2, 3], [4]]))
})

test('what was dropped is never taken', async () => {
  const taken: number[][] = []
  const batch = new Batch<number>((things) => taken.push(things))
  batch.add(1)
  batch.clear()
  batch.add(2)
  await vi.waitFor(() => expect(taken).toEqual([[2]]))
})

test('where no frame is drawn it is taken soon', async () => {
  vi.stubGlobal('requestAnimationFrame', () => 0)
  const taken: number[][] = []
  const batch = new Batch<number>((things) => taken.push(things))
  batch.add(1)
  await vi.waitFor(() => expect(taken).toEqual([[1]]))
  vi.unstubAllGlobals()
})

const RUSH = Array.from({ length: 20 }, () => 0)

function inRush(taken: number[][]): Batch<number> {
  const batch = new Batch<number>((things) => taken.push(things.filter((each) => each > 0)))
  for (const each of RUSH) batch.add(each)
  vi.advanceTimersByTime(20)
  return batch
}

test('in a rush what follows the first comes together', () => {
  vi.useFakeTimers()
  const taken: number[][] = []
  const batch = inRush(taken)
  for (const thing of [2, 3, 4]) {
    batch.add(thing)
    vi.advanceTimersByTime(20)
  }
  expect(taken).toEqual([[]])
  vi.advanceTimersByTime(60)
  expect(taken).toEqual([[], [2, 3, 4]])
  vi.useRealTimers()
})

test('where little comes each is taken at once', () => {
  vi.useFakeTimers()
  const taken: number[][] = []
  const batch = new Batch<number>((things) => taken.push(things))
  for (const thing of [1, 2, 3]) {
    batch.add(thing)
    vi.advanceTimersByTime(20)
  }
  expect(taken).toEqual([[1], [2], [3]])
  vi.useRealTimers()
})

test('who does something in a rush sees at once what came and comes', () => {
  vi.useFakeTimers()
  const taken: number[][] = []
  const batch = inRush(taken)
  batch.add(2)
  batch.hurry()
  vi.advanceTimersByTime(20)
  batch.add(3)
  vi.advanceTimersByTime(20)
  expect(taken).toEqual([[], [2], [3]])
  vi.useRealTimers()
})

test('who takes long to show what came in a rush rests longer before the next', async () => {
  const times: number[] = []
  const batch = new Batch<number>(() => {
    times.push(performance.now())
    while (performance.now() < times.at(-1)! + 100);
  })
  for (const each of RUSH) batch.add(each)
  await vi.waitFor(() => expect(times).toHaveLength(1))
  await new Promise((done) => setTimeout(done, 150))
  batch.add(2)
  await vi.waitFor(() => expect(times).toHaveLength(2))
  expect(times[1]! - times[0]!).toBeGreaterThan(300)
})
