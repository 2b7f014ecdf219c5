/* Keys that are pressed while the dialog that was asked for is still being loaded are the dialog's: they wait
   until it has the focus. */

const HELD_MS = 5_000

/** Hold what is pressed until a dialog has the focus; what this returns gives the wait up, and forgets the keys. */
export function holdKeys(): () => void {
  const kept: KeyboardEvent[] = []
  const isOurs = (event: KeyboardEvent) => event.isTrusted && !event.isComposing && !event.ctrlKey && !event.metaKey && !event.altKey
  const hold = (event: KeyboardEvent) => {
    if (!isOurs(event)) return
    event.preventDefault()
    event.stopImmediatePropagation()
    kept.push(event)
  }
  const entered = ({ target }: FocusEvent) => {
    if (!(target instanceof Element) || !target.closest('[role=dialog]')) return
    removeEventListener('focusin', entered)
    void replay(kept).then(giveUp)
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

/** Press them one after the other, each once the page has answered the one before; more may come meanwhile. */
async function replay(kept: KeyboardEvent[]): Promise<void> {
  for (let event = kept.shift(); event; event = kept.shift()) {
    await new Promise((done) => setTimeout(done))
    press(event)
    await new Promise((done) => setTimeout(done))
  }
}

function press({ key, code, shiftKey }: KeyboardEvent): void {
  const target = document.activeElement ?? document.body
  const isFree = target.dispatchEvent(new KeyboardEvent('keydown', { key, code, shiftKey, bubbles: true, cancelable: true }))
  if (!isFree) return
  if (key === 'Enter' && target instanceof HTMLButtonElement) target.click()
  if (key.length === 1 && (target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement)) {
    target.setRangeText(key, target.selectionStart ?? 0, target.selectionEnd ?? 0, 'end')
    target.dispatchEvent(new InputEvent('input', { data: key, inputType: 'insertText', bubbles: true }))
  }
}
