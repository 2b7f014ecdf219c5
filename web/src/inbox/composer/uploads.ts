/* Files on their way into a draft; they go on while another conversation is open, two at a time. What the
   network cut off waits, and goes again by itself. */
import { defineStore } from 'pinia'
import { reactive } from 'vue'
import { Problem, upload } from '@/api/http'
import type { MediaOut, Voice } from '@/api/schema'
import { useDrafts } from '@/stores/drafts'

export interface Upload {
  id: number
  conversationId: string
  file: File
  /** What is known of it where it was recorded here. */
  voice: Voice | null
  /** 0 to 1. */
  share: number
  state: 'queued' | 'running' | 'waiting' | 'failed'
  /** Why it was not taken, in a sentence. */
  problem: string | null
}

const AT_ONCE = 2
/** The browser does not tell when a server is back, only when its own network is. */
const AGAIN_MS = 5_000

export const useUploads = defineStore('uploads', () => {
  const drafts = useDrafts()
  const items = reactive<Upload[]>([])
  const aborts = new Map<number, AbortController>()
  let last = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  addEventListener('online', goOn)

  const of = (conversationId: string): Upload[] => items.filter((each) => each.conversationId === conversationId)

  function add(conversationId: string, files: Iterable<File>, voice: Voice | null = null): void {
    for (const file of files) items.push({ id: ++last, conversationId, file, voice, share: 0, state: 'queued', problem: null })
    next()
  }

  /** Try again what failed. */
  function start(id: number): void {
    const item = items.find((each) => each.id === id)
    if (item) Object.assign(item, { share: 0, state: 'queued', problem: null })
    next()
  }

  function next(): void {
    const room = AT_ONCE - items.filter((each) => each.state === 'running').length
    for (const item of items.filter((each) => each.state === 'queued').slice(0, room)) void run(item)
  }

  function goOn(): void {
    clearTimeout(timer)
    for (const item of items) if (item.state === 'waiting') item.state = 'queued'
    next()
  }

  async function run(item: Upload): Promise<void> {
    const abort = new AbortController()
    aborts.set(item.id, abort)
    Object.assign(item, { share: 0, state: 'running' })
    try {
      const known = item.voice ? { voice: JSON.stringify(item.voice) } : {}
      const media = await upload<MediaOut>('/api/v1/media', item.file, (share) => (item.share = share), abort.signal, known)
      const draft = drafts.of(item.conversationId)
      drafts.set(item.conversationId, { ...draft, attachments: [...draft.attachments, media] })
      remove(item.id)
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      if (error.code === 'offline') wait(item)
      else Object.assign(item, { state: 'failed', problem: error.message })
    }
    next()
  }

  function wait(item: Upload): void {
    item.state = 'waiting'
    clearTimeout(timer)
    timer = setTimeout(goOn, AGAIN_MS)
  }

  /** Cancel what is on its way, or take away what failed. */
  function remove(id: number): void {
    aborts.get(id)?.abort()
    aborts.delete(id)
    const at = items.findIndex((each) => each.id === id)
    if (at >= 0) items.splice(at, 1)
  }

  return { items, of, add, start, remove }
})
