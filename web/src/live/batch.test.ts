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
