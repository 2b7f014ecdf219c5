/* Files on their way into a draft; they go on while another conversation is open. */
import { defineStore } from 'pinia'
import { reactive } from 'vue'
import { Problem, upload } from '@/api/http'
import type { MediaOut } from '@/api/schema'
import { useDrafts } from '@/stores/drafts'

export interface Upload {
  id: number
  conversationId: string
  file: File
  /** 0 to 1. */
  share: number
  /** Why it was not taken, in a sentence. */
  problem: string | null
}

export const useUploads = defineStore('uploads', () => {
  const drafts = useDrafts()
  const items = reactive<Upload[]>([])
  const aborts = new Map<number, AbortController>()
  let last = 0

  const of = (conversationId: string): Upload[] => items.filter((each) => each.conversationId === conversationId)

  function add(conversationId: string, files: Iterable<File>): void {
    for (const file of files) {
      const id = ++last
      items.push({ id, conversationId, file, share: 0, problem: null })
      void start(id)
    }
  }

  async function start(id: number): Promise<void> {
    const item = items.find((each) => each.id === id)
    if (!item) return
    const abort = new AbortController()
    aborts.set(id, abort)
    Object.assign(item, { share: 0, problem: null })
    try {
      const media = await upload<MediaOut>('/api/v1/media', item.file, (share) => (item.share = share), abort.signal)
      const draft = drafts.of(item.conversationId)
      drafts.set(item.conversationId, { ...draft, attachments: [...draft.attachments, media] })
      remove(id)
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      item.problem = error.message
    }
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
