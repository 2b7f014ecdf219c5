/* The contacts of the account, page by page, by what is searched; kept true by events. */
import { type Ref, computed, onScopeDispose, ref, shallowRef, watch } from 'vue'
import { Problem, ask, http } from '@/api/http'
import type { ContactOut } from '@/api/schema'
import { useLive } from '@/stores/live'
import { useWorld } from '@/stores/world'

export interface Search {
  q: string
  label: string
  isBlocked: boolean
}

const PAGE = 50
const PAUSE_MS = 250

export function useContacts(search: Ref<Search>) {
  const live = useLive()
  const world = useWorld()
  const items = shallowRef(new Map<string, ContactOut>())
  const next = ref<string | null>(null)
  const isLoading = ref(false)
  const problem = shallowRef<Problem | null>(null)
  const contacts = computed(() => [...items.value.values()])
  let round = 0
  let timer = 0

  async function load(after: string | null = null): Promise<void> {
    const mine = ++round
    isLoading.value = true
    problem.value = null
    const { q, label, isBlocked } = search.value
    const query = {
      limit: PAGE,
      ...(q.trim() ? { q: q.trim() } : {}),
      ...(label ? { label_id: label } : {}),
      ...(isBlocked ? { blocked: true } : {}),
      ...(after ? { after } : {}),
    }
    try {
      const page = await ask(http.GET('/api/v1/contacts', { params: { query } }))
      if (mine !== round) return
      items.value = new Map([...(after ? items.value : []), ...page.items.map((each) => [each.id, each] as const)])
      next.value = page.next
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      if (mine === round) problem.value = error
    } finally {
      if (mine === round) isLoading.value = false
    }
  }

  /** Whether a contact is still one of those that were searched for. */
  function fits(contact: ContactOut): boolean {
    const { label, isBlocked } = search.value
    return !contact.merged_into_id && (!isBlocked || contact.is_blocked) && (!label || contact.labels.includes(label))
  }

  /** What is listed follows; what is new is there when one looks again. */
  onScopeDispose(
    live.onEvent((event) => {
      if (event.type !== 'contact.updated' || event.is_removed || !items.value.has(event.contact.id)) return
      const changed = new Map(items.value)
      if (fits(event.contact)) changed.set(event.contact.id, event.contact)
      else changed.delete(event.contact.id)
      items.value = changed
    }),
  )
  onScopeDispose(() => clearTimeout(timer))
  watch(
    [search, () => world.snapshots],
    () => {
      clearTimeout(timer)
      timer = window.setTimeout(() => void load(), items.value.size ? PAUSE_MS : 0)
    },
    { immediate: true, deep: true },
  )

  return { contacts, next, isLoading, problem, load }
}
