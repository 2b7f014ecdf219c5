/* Keys that act anywhere on a page, as long as no field or dialog has the focus. */
import { onScopeDispose } from 'vue'

/** Returns false to leave the key to the browser, for example Enter on a link that has the focus. */
type Action = (event: KeyboardEvent) => unknown

/** `{ j: next, '?': help, 'mod+k': palette }`; `mod` is Ctrl or ⌘ and works inside fields, too. */
export function useKeys(actions: Record<string, Action>): void {
  const listen = (event: KeyboardEvent) => {
    if (event.defaultPrevented || isComposing(event)) return
    const isChord = event.ctrlKey || event.metaKey
    if (event.altKey) return
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
    const action = actions[isChord ? `mod+${key}` : key]
    if (!action || (!isChord && isBusy(event.target))) return
    if (action(event) !== false) event.preventDefault()
  }
  addEventListener('keydown', listen)
  onScopeDispose(() => removeEventListener('keydown', listen))
}

/** Whether a key is part of a composition (Chinese, Japanese, Korean); Safari tells of its last one after its end. */
export const isComposing = (event: KeyboardEvent): boolean => event.isComposing || event.keyCode === 229

/** Whether a key sends what is being written: Enter, or Ctrl and Enter where a line is broken by Enter alone. */
export function sends(event: KeyboardEvent, isByEnter: boolean): boolean {
  if (event.key !== 'Enter' || event.shiftKey || event.altKey) return false
  return isByEnter || event.ctrlKey || event.metaKey
}

function isBusy(target: EventTarget | null): boolean {
  const isField = target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  return isField || document.querySelector('[role=dialog], [role=menu]') !== null
}
