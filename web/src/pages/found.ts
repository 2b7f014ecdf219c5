/* Conversations by the name or number of their contact: what is here at once, then what the server has. */
import { type Ref, computed, onScopeDispose, shallowRef, watch } from 'vue'
import { ask, http } from '@/api/http'
import type { ConversationOut } from '@/api/schema'
import { matches } from '@/lib/finding'
import { useWorld } from '@/stores/world'

export interface Found {
  kind: 'conversation'
  id: string
  conversation: ConversationOut
}

const MOST = 8
const WAIT_MS = 200

export function useFound(text: Ref<string>) {
  const world = useWorld()
  const others = shallowRef<ConversationOut[]>([])
  const wanted = computed(() => text.value.trim())
  let timer: ReturnType<typeof setTimeout> | undefined

  watch(wanted, (now) => {
    clearTimeout(timer)
    others.value = []
    if (now.length > 1) timer = setTimeout(() => void look(now), WAIT_MS)
  })
  onScopeDispose(() => clearTimeout(timer))

  async function look(q: string): Promise<void> {
    const params = { query: { view: 'all' as const, q, limit: MOST } }
    const page = await ask(http.GET('/api/v1/conversations', { params })).catch(() => null)
    if (page && q === wanted.value) others.value = page.items
  }

  return computed<Found[]>(() => {
    if (!wanted.value) return []
    const here = world.open.filter((each) => matches(each.contact, wanted.value))
    const ids = new Set(here.map((each) => each.id))
    return [...here, ...others.value.filter((each) => !ids.has(each.id))]
      .slice(0, MOST)
      .map((conversation) => ({ kind: 'conversation', id: conversation.id, conversation }))
  })
}
