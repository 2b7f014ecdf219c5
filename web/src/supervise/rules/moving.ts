/* Moving what a device has in an order: the new order is on the screen at once, the changes go out one after the other. */
import { type ComputedRef, computed, nextTick, ref } from 'vue'
import { useToasts } from '@/stores/toasts'
import { ordered, stepsTo } from './order'

interface Placed {
  id: string
  device_id: string
  name: string
  position: number
}

/** `send` stores a position, and returns the thing as it is then. */
export function useMoving<T extends Placed>(deviceId: ComputedRef<string | null>, all: Map<string, T>, send: (id: string, position: number) => Promise<T>) {
  const toasts = useToasts()
  const wanted = ref<string[] | null>(null)
  const moved = ref<{ name: string; place: number } | null>(null)
  const known = computed(() => ordered([...all.values()].filter((each) => each.device_id === deviceId.value)))
  const things = computed(() => {
    const order = wanted.value
    return order ? [...known.value].sort((one, other) => order.indexOf(one.id) - order.indexOf(other.id)) : known.value
  })

  async function move(thing: T, to: number): Promise<void> {
    if (wanted.value || to < 0 || to >= known.value.length) return
    const steps = stepsTo(known.value, thing.id, to)
    if (!steps.length) return
    const order = known.value.map((each) => each.id).filter((id) => id !== thing.id)
    order.splice(to, 0, thing.id)
    wanted.value = order
    moved.value = { name: thing.name, place: to + 1 }
    try {
      for (const { id, position } of steps) all.set(id, await send(id, position))
    } catch (error) {
      toasts.fail(error)
    } finally {
      wanted.value = null
    }
  }

  /** Move by keys or by the menu: the row keeps the focus although it goes elsewhere. */
  async function moveByKey(thing: T, to: number): Promise<void> {
    const done = move(thing, to)
    await nextTick()
    focusRow(thing.id)
    await done
    await nextTick()
    focusRow(thing.id)
  }

  /** On its handle, or where there is none, on the button of its menu. */
  function focusRow(id: string): void {
    const grip = document.getElementById(`grip-${id}`)
    const target = grip?.checkVisibility() ? grip : document.getElementById(`more-${id}`)
    target?.focus()
  }

  return { things, moved, move, moveByKey }
}
