/* Short notices at the edge of the screen: what was done, with its undo, and what failed. */
import { defineStore } from 'pinia'
import { ref } from 'vue'
import { Problem } from '@/api/http'

export interface Toast {
  id: number
  text: string
  kind: 'said' | 'failed'
  action?: { label: string; run: () => void } | undefined
}

const SHOWN_MS = 10_000

export const useToasts = defineStore('toasts', () => {
  const toasts = ref<Toast[]>([])
  let last = 0

  function show(text: string, action?: Toast['action'], kind: Toast['kind'] = 'said'): void {
    const id = ++last
    toasts.value = [...toasts.value.slice(-2), { id, text, kind, action }]
    setTimeout(() => close(id), SHOWN_MS)
  }

  /** Say what a failed request said; anything that is no Problem is a bug and goes on. */
  function fail(error: unknown): void {
    if (!(error instanceof Problem)) throw error
    show(error.message, undefined, 'failed')
  }

  function close(id: number): void {
    toasts.value = toasts.value.filter((each) => each.id !== id)
  }

  return { toasts, show, fail, close }
})
