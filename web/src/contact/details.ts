/* What the server knows of one contact, kept true by events. */
import { type Ref, onScopeDispose, shallowRef, watch } from 'vue'
import { Problem, ask, http } from '@/api/http'
import type { ContactOut } from '@/api/schema'
import { useLive } from '@/stores/live'
import { useWorld } from '@/stores/world'

export function useContactDetails(id: Ref<string>) {
  const live = useLive()
  const world = useWorld()
  const details = shallowRef<ContactOut | null>(null)
  const problem = shallowRef<Problem | null>(null)
  let heard = 0

  async function load(): Promise<void> {
    const wanted = id.value
    const before = heard
    problem.value = null
    try {
      const got = await ask(http.GET('/api/v1/contacts/{contact_id}', { params: { path: { contact_id: wanted } } }))
      if (wanted === id.value && before === heard) details.value = got
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      if (wanted === id.value) problem.value = error
    }
  }

  onScopeDispose(
    live.onEvent((event) => {
      if (event.type !== 'contact.updated' || event.is_removed || event.contact.id !== details.value?.id) return
      heard++
      if (event.contact.merged_into_id) void load()
      else details.value = event.contact
    }),
  )
  watch(
    [id, () => world.snapshots],
    ([now], [before]) => {
      if (now !== before) details.value = null
      void load()
    },
    { immediate: true },
  )

  watch(() => live.state === 'live', (isLive) => isLive && problem.value?.isPassing && void load())

  return { details, problem, load }
}
