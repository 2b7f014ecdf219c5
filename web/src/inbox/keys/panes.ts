/* F6 goes from pane to pane, also out of a field. */
import { onScopeDispose } from 'vue'

const PANES = '.side, .pane.list, .pane.thread, .pane.contact'

export function usePaneKeys(enter: (pane: HTMLElement) => void): void {
  const listen = (event: KeyboardEvent) => {
    if (event.key !== 'F6' || event.defaultPrevented || document.querySelector('[role=dialog], [role=menu]')) return
    event.preventDefault()
    const panes = [...document.querySelectorAll<HTMLElement>(PANES)].filter((pane) => pane.offsetParent !== null)
    const now = panes.findIndex((pane) => pane.contains(document.activeElement))
    const next = panes[(now + (event.shiftKey ? -1 : 1) + panes.length) % panes.length]
    if (next) enter(next)
  }
  addEventListener('keydown', listen)
  onScopeDispose(() => removeEventListener('keydown', listen))
}
