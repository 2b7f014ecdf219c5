/* The one thing a page is about, found in the live picture; what somebody else deletes stays on the page. */
import { type ComputedRef, computed, ref, shallowRef, watch } from 'vue'
import { useRoute } from 'vue-router'

interface Thing<T> {
  id: ComputedRef<string>
  isNew: ComputedRef<boolean>
  thing: ComputedRef<T | null>
  isGone: ComputedRef<boolean>
}

export function useThing<T extends { id: string }>(things: () => Map<string, T>): Thing<T> {
  const route = useRoute()
  const onPage = ref(String(route.params['id'] ?? ''))
  watch(() => route.params['id'], (next) => next && (onPage.value = String(next)))
  const id = computed(() => onPage.value)
  const found = computed(() => things().get(id.value) ?? null)
  const last = shallowRef<T | null>(null)
  watch(found, (thing) => thing && (last.value = thing), { immediate: true })
  const kept = computed(() => (last.value?.id === id.value ? last.value : null))
  return {
    id,
    isNew: computed(() => id.value === 'new'),
    thing: computed(() => found.value ?? kept.value),
    isGone: computed(() => !found.value && kept.value !== null),
  }
}

/** Show what a request made before its event arrives. */
export function place<T extends { id: string }>(things: Map<string, T>, thing: T): void {
  if (!things.has(thing.id)) things.set(thing.id, thing)
}

/** Return things by name. */
export function byName<T extends { name: string }>(things: Iterable<T>): T[] {
  return [...things].sort((one, other) => one.name.localeCompare(other.name))
}
