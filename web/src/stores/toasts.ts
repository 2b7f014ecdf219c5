/* Short notices at the edge of the screen: what was done, with its undo, and what failed. */
import { defineStore } from 'pinia'
import { ref } from 'vue'
import { Problem } from '@/api/http'

export interface ToastAction {
  label: string
  run: () => void
  /** What stands in its way now, in words; nothing while it can be done. */
  obstacle?: () => string
}

export interface Toast {
  id: number
  text: string
  kind: 'said' | 'failed'
  /** When it goes. */
  until: number
  action?: ToastAction | undefined
}

export const SHOWN_MS = 10_000
const MOST = 3

/** The notice that undo is about: the newest of what was done, never an older one behind it. */
export const newestSaid = (toasts: Toast[]): Toast | undefined => toasts.findLast((each) => each.kind === 'said')

export const useToasts = defineStore('toasts', () => {
  const toasts = ref<Toast[]>([])
  let last = 0

  function show(text: string, action?: ToastAction, kind: Toast['kind'] = 'said'): void {
    const id = ++last
    const others = toasts.value.filter((each) => kind === 'said' || each.text !== text)
    toasts.value = [...others.slice(1 - MOST), { id, text, kind, until: Date.now() + SHOWN_MS, action }]
    setTimeout(() => close(id), SHOWN_MS)
  }

  /** Say what a failed request said; anything that is no Problem is a bug and goes on. */
  function fail(error: unknown): void {
    if (!(error instanceof Problem)) throw error
    show(error.message, undefined, 'failed')
  }

  /** Do what a notice offers, once; where that is not possible, return why: '' where it offers nothing. */
  function act(toast: Toast | undefined): string | null {
    const obstacle = toast?.action?.obstacle?.() ?? ''
    if (!toast?.action || obstacle) return obstacle
    close(toast.id)
    toast.action.run()
    return null
  }

  function close(id: number): void {
    toasts.value = toasts.value.filter((each) => each.id !== id)
  }

  return { toasts, show, fail, act, close }
})
