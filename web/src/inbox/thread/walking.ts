/* Arrows go from message to message, once Esc has left the field for the thread. */
import type { Ref } from 'vue'
import { useKeys } from '@/lib/keys'

const BUBBLES = '.bub'

export function useWalking(scroller: Readonly<Ref<HTMLElement | null>>): void {
  function walk(by: 1 | -1): boolean {
    const box = scroller.value
    const now = document.activeElement
    const isOnPane = now?.matches('.pane.thread') ?? false
    if (!box || !(isOnPane || (now?.matches(BUBBLES) && box.contains(now)))) return false
    const all = [...box.querySelectorAll<HTMLElement>(BUBBLES)]
    const next = isOnPane ? all.findLast((each) => each.getBoundingClientRect().top < box.getBoundingClientRect().bottom) : all[all.indexOf(now as HTMLElement) + by]
    next?.focus()
    return true
  }
  useKeys({ ArrowUp: () => walk(-1), ArrowDown: () => walk(1) })
}
