import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { Problem, upload } from '@/api/http'
import { useDrafts } from '@/stores/drafts'
import { useUploads } from './uploads'

vi.mock('@/api/http', async (original) => ({ ...(await original<object>()), upload: vi.fn() }))

const file = (name: string) => new File(['x'], name)
const settle = () => new Promise((resolve) => setTimeout(resolve))

describe('uploads', () => {
  beforeEach(() => {
    setActivePinia(createPinia())
    vi.mocked(upload).mockReset()
  })

  it('sends two at a time, in their order', async () => {
    const answers: ((media: unknown) => void)[] = []
    vi.mocked(upload).mockImplementation(() => new Promise((resolve) => answers.push(resolve)))
    const store = useUploads()
    store.add('c', ['a', 'b', 'd'].map(file))
    expect(store.items.map((each) => each.state)).toEqual(['running', 'running', 'queued'])
    answers[0]!({ id: '1' })
    await settle()
    expect(store.items.map((each) => [each.file.name, each.state])).toEqual([['b', 'running'], ['d', 'running']])
    expect(useDrafts().of('c').attachments).toEqual([{ id: '1' }])
  })

  it('sends along what is known of a recording', async () => {
    vi.mocked(upload).mockResolvedValueOnce({ id: '1' })
    const voice = { seconds: 2, peaks: [1] }
    useUploads().add('c', [file('voice.ogg')], voice)
    await settle()
    expect(vi.mocked(upload).mock.calls[0]![4]).toEqual({ voice: JSON.stringify(voice) })
  })

  it('goes again by itself when the network is back', async () => {
    vi.mocked(upload).mockRejectedValueOnce(new Problem(0, 'offline', 'No network'))
    const store = useUploads()
    store.add('c', [file('a')])
    await settle()
    expect(store.items[0]!.state).toBe('waiting')
    vi.mocked(upload).mockResolvedValueOnce({ id: '1' })
    dispatchEvent(new Event('online'))
    await settle()
    expect(store.items).toEqual([])
  })

  it('leaves what was refused to its sender', async () => {
    vi.mocked(upload).mockRejectedValueOnce(new Problem(422, 'invalid', 'Not taken'))
    const store = useUploads()
    store.add('c', [file('a')])
    await settle()
    dispatchEvent(new Event('online'))
    expect(store.items[0]).toMatchObject({ state: 'failed', problem: 'Not taken' })
    expect(upload).toHaveBeenCalledOnce()
  })
})
