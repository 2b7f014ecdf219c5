/* The order that is shown: it never changes under the pointer, but waits until the pointer leaves or a
   key is pressed. */
import { type ComputedRef, type Ref, computed, onScopeDispose, ref, shallowRef, watch } from 'vue'
import { type Entry, idsOf } from './rows'

const isSame = (one: Entry, other: Entry | undefined): boolean =>
  one.kind === 'row' ? other?.kind === 'row' && one.id === other.id : other?.kind === 'section' && one.name === other.name

/** Whether nothing moves when `next` takes the place of `shown`: it only goes on below. */
export function isLonger(shown: Entry[], next: Entry[]): boolean {
  return shown.length <= next.length && shown.every((entry, at) => isSame(entry, next[at]))
}

/** `key` names what the list is about: another view or search is shown at once. */
export function useSteadyEntries(wanted: ComputedRef<Entry[]>, key: Ref<string>, isHeld: Ref<boolean>) {
  const shown = shallowRef(wanted.value)
  watch([wanted, isHeld, key], ([next, held, now], [, , before]) => {
    if (!held || now !== before || isLonger(shown.value, next)) shown.value = next
  })
  /** How many conversations came since. */
  const held = computed(() => {
    if (shown.value === wanted.value) return 0
    const there = new Set(idsOf(shown.value))
    return idsOf(wanted.value).filter((id) => !there.has(id)).length
  })
  const release = () => (shown.value = wanted.value)
  return { shown, held, release }
}

/** Whether a mouse rests on the list; a key lets go of it until it moves again. */
export function useHold() {
  const isHeld = ref(false)
  const hold = (event: PointerEvent) => (isHeld.value = event.pointerType === 'mouse')
  const letGo = () => (isHeld.value = false)
  addEventListener('keydown', letGo, true)
  onScopeDispose(() => removeEventListener('keydown', letGo, true))
  return { isHeld, hold, letGo }
}
