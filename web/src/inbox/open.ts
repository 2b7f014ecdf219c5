/* The conversation that is open: from the world, or loaded where the world does not hold it (resolved,
   or beyond a supervisor's first page), and kept true by events. */
import { type Ref, computed, onScopeDispose, ref, shallowRef, watch } from 'vue'
import { Problem, ask, http } from '@/api/http'
import type { ConversationOut } from '@/api/schema'
import type { LiveEvent } from '@/live/events'
import { renamed } from '@/live/world'
import { useLive } from '@/stores/live'
import { useWorld } from '@/stores/world'

export function useOpenConversation(id: Ref<string | undefined>) {
  const world = useWorld()
  const live = useLive()
  /** The last version that was seen, also of one that has left. */
  const known = shallowRef<ConversationOut | null>(null)
  const hasLeft = ref(false)
  const problem = shallowRef<Problem | null>(null)

  const inWorld = computed(() => (id.value ? world.world.conversations.get(id.value) : undefined))
  const conversation = computed(() => (hasLeft.value || !id.value ? null : (inWorld.value ?? known.value)))

  watch(
    [id, () => world.snapshots],
    ([now], [before]) => {
      if (now !== before) known.value = null
      hasLeft.value = false
      problem.value = null
      if (now && world.isLoaded && !inWorld.value) void load()
    },
    { immediate: true },
  )
  watch(
    inWorld,
    (there) => {
      if (!there) return
      known.value = there
      hasLeft.value = false
      problem.value = null
    },
    { immediate: true },
  )
  onScopeDispose(live.onEvent(hear))

  async function load(): Promise<void> {
    const wanted = id.value
    if (!wanted) return
    problem.value = null
    try {
      const params = { path: { conversation_id: wanted } }
      const got = await world.keepAnswer(wanted, ask(http.GET('/api/v1/conversations/{conversation_id}', { params })))
      if (id.value === wanted) known.value = inWorld.value ?? got
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      if (id.value !== wanted) return
      if (error.status === 404 && known.value) hasLeft.value = true
      else problem.value = error
    }
  }

  function hear(event: LiveEvent): void {
    if (event.is_removed) {
      if (event.conversation_id === id.value) hasLeft.value = true
    } else if (event.type === 'contact.updated') {
      rename(event.contact)
    } else if ('conversation' in event && event.conversation && event.conversation.id === id.value) {
      known.value = event.conversation
      hasLeft.value = false
    }
  }

  function rename(contact: Parameters<typeof renamed>[1]): void {
    if (known.value?.contact.id === contact.id) known.value = renamed(known.value, contact)
  }

  return { conversation, known, hasLeft, problem, load }
}
