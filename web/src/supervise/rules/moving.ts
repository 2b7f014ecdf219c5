/* Moving rules: the new order is on the screen at once, the changes go out one after the other. */
import { type ComputedRef, computed, nextTick, ref } from 'vue'
import { ask, http } from '@/api/http'
import type { RuleOut } from '@/api/schema'
import { useToasts } from '@/stores/toasts'
import { useWorld } from '@/stores/world'
import { ordered, stepsTo } from './order'

export function useMoving(deviceId: ComputedRef<string | null>) {
  const world = useWorld()
  const toasts = useToasts()
  const wanted = ref<string[] | null>(null)
  const moved = ref<{ name: string; place: number } | null>(null)
  const known = computed(() => ordered([...world.world.rules.values()].filter((rule) => rule.device_id === deviceId.value)))
  const rules = computed(() => {
    const order = wanted.value
    return order ? [...known.value].sort((one, other) => order.indexOf(one.id) - order.indexOf(other.id)) : known.value
  })

  async function move(rule: RuleOut, to: number): Promise<void> {
    if (wanted.value || to < 0 || to >= known.value.length) return
    const steps = stepsTo(known.value, rule.id, to)
    if (!steps.length) return
    const order = known.value.map((each) => each.id).filter((id) => id !== rule.id)
    order.splice(to, 0, rule.id)
    wanted.value = order
    moved.value = { name: rule.name, place: to + 1 }
    try {
      for (const { id, position } of steps) keep(await send(id, position))
    } catch (error) {
      toasts.fail(error)
    } finally {
      wanted.value = null
    }
  }

  function send(id: string, position: number): Promise<RuleOut> {
    return ask(http.PATCH('/api/v1/rules/{rule_id}', { params: { path: { rule_id: id } }, body: { position } }))
  }

  function keep(rule: RuleOut): void {
    world.world.rules.set(rule.id, rule)
  }

  /** Move by keys or by the menu: the row keeps the focus although it goes elsewhere. */
  async function moveByKey(rule: RuleOut, to: number): Promise<void> {
    const done = move(rule, to)
    await nextTick()
    focusRow(rule.id)
    await done
    await nextTick()
    focusRow(rule.id)
  }

  /** On its handle, or where there is none, on the button of its menu. */
  function focusRow(id: string): void {
    const grip = document.getElementById(`grip-${id}`)
    const target = grip?.checkVisibility() ? grip : document.getElementById(`more-${id}`)
    target?.focus()
  }

  return { rules, moved, move, moveByKey }
}
