/* Keys that are pressed while the dialog that was asked for is still being loaded are the dialog's: they wait
   until it has the focus. */

import { isComposing } from '@/lib/keys'

const HELD_MS = 5_000
/** What only the browser itself can do, where the page does nothing of its own. */
const BROWSERS = /^(Tab|Arrow|Home|End|Delete|Page)/

/** Hold what is pressed until a dialog has the focus; what this returns gives the wait up, and forgets the keys. */
export function holdKeys(): () => void {
  const kept: KeyboardEvent[] = []
  const isOurs = (event: KeyboardEvent) => event.isTrusted && !isComposing(event) && !event.ctrlKey && !event.metaKey && !event.altKey
  const hold = (event: KeyboardEvent) => {
    if (!isOurs(event)) return
    event.preventDefault()
    event.stopImmediatePropagation()
    if (!event.repeat) kept.push(event) // one that is held down is mostly the one that asked for the dialog
  }
  const entered = ({ target }: FocusEvent) => {
    if (!(target instanceof Element) || !target.closest('[role=dialog]')) return
    removeEventListener('focusin', entered)
    void replay(kept).finally(giveUp)
  }
  const giveUp = () => {
    clearTimeout(timer)
    removeEventListener('keydown', hold, true)
    removeEventListener('focusin', entered)
  }
  const timer = setTimeout(giveUp, HELD_MS)
  addEventListener('keydown', hold, true)
  addEventListener('focusin', entered)
  return giveUp
}

/** Press them one after the other, each once the page has answered the one before; more may come meanwhile.
    After one that cannot be pressed here, the rest would hit something else: it is forgotten. */
async function replay(kept: KeyboardEvent[]): Promise<void> {
  for (let event = kept.shift(); event; event = kept.shift()) {
    await new Promise((done) => setTimeout(done))
    if (!press(event)) return
    await new Promise((done) => setTimeout(done))
  }
}

/** Press a key; says whether all was done that the browser would have done. */
function press({ key, code, shiftKey }: KeyboardEvent): boolean {
  const target = document.activeElement ?? document.body
  const isFree = target.dispatchEvent(new KeyboardEvent('keydown', { key, code, shiftKey, bubbles: true, cancelable: true }))
  if (!isFree) return true
  if (target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) return write(target, key)
  if ((key === 'Enter' || key === ' ') && target instanceof HTMLButtonElement) target.click()
  return !BROWSERS.test(key)
}

function write(field: HTMLInputElement | HTMLTextAreaElement, key: string): boolean {
  const { selectionStart: start, selectionEnd: end } = field
  const isLine = field instanceof HTMLInputElement
  if (key === 'Enter' && isLine) field.form?.requestSubmit()
  else if (start === null || end === null) return key.length > 1 && !BROWSERS.test(key) // it has no text
  else if (key === 'Backspace') change(field, '', start === end ? Math.max(0, start - 1) : start, end)
  else if (key === 'Enter') change(field, '\n', start, end)
  else if (key.length === 1) change(field, key, start, end)
  return !BROWSERS.test(key)
}

function change(field: HTMLInputElement | HTMLTextAreaElement, text: string, start: number, end: number): void {
  field.setRangeText(text, start, end, 'end')
  field.dispatchEvent(new InputEvent('input', { data: text || null, inputType: text ? 'insertText' : 'deleteContentBackward', bubbles: true }))
}
