/* What the list shows: the view's conversations or what a search found, in order, with their pages. */
import { type Ref, computed, onScopeDispose, ref, watch } from 'vue'
import type { ConversationOut } from '@/api/schema'
import { matches } from '@/lib/finding'
import { keep, readKept } from '@/lib/kept'
import { hasLabel } from '@/lib/labels'
import { useSession } from '@/stores/session'
import { useWorld } from '@/stores/world'
import { useKept } from './kept'
import { type Query, usePages } from './pages'
import { type Order, type View, entriesOf, foundEntries, severalNumbers } from './rows'

const SEARCH_WAIT_MS = 250

/** The conversations of a view that are here, of one label where one is chosen, and the pages that bring the rest. */
function useViewed(view: Ref<View>, label: Ref<string | null>) {
  const session = useSession()
  const world = useWorld()
  const resolved = useKept((each) => each.status === 'resolved')
  const called = useKept(({ id }, isKnown) => isKnown || world.world.mentions.has(id))

  const inView = computed<ConversationOut[]>(() => {
    if (view.value === 'resolved') return [...resolved.items.value.values()]
    if (view.value === 'mentions') return [...called.items.value.values()]
    if (view.value === 'snoozed') return world.snoozed
    if (view.value === 'mine') return session.agentId ? world.mine : []
    return view.value === 'waiting' ? world.waiting : world.open
  })
  const viewed = computed(() => {
    const wanted = label.value
    return wanted ? inView.value.filter((each) => hasLabel(each, wanted)) : inView.value
  })

  const queries = (): Query[] => views().map((query) => (label.value ? { ...query, label_id: label.value } : query))

  function views(): Query[] {
    if (view.value === 'resolved' || view.value === 'mentions') return [{ view: view.value }]
    if (world.isComplete) return []
    if (view.value === 'waiting') return [{ view: 'waiting' }, { view: 'unrouted' }]
    return [{ view: view.value === 'all' ? 'open' : view.value }]
  }

  const pages = usePages(queries, (items, isFirst) => {
    if (view.value === 'resolved') return resolved.put(items, isFirst)
    if (view.value === 'mentions') called.put(items, isFirst)
    for (const each of items) if (!world.world.conversations.has(each.id)) world.keep(each)
  })
  watch([view, label, () => world.snapshots], () => world.isLoaded && void pages.restart(), { immediate: true })

  return { viewed, pages, beside: [resolved.items, called.items] }
}

/** What a search finds beyond the view; the view itself is searched at once. */
function useSearch(text: Ref<string>) {
  const found = useKept((_, isKnown) => isKnown)
  const wanted = computed(() => text.value.trim())
  const pages = usePages(() => (wanted.value ? [{ view: 'all', q: wanted.value }] : []), found.put)
  let timer: ReturnType<typeof setTimeout> | undefined
  watch(wanted, (now) => {
    clearTimeout(timer)
    if (!now) found.put([], true)
    timer = setTimeout(() => void pages.restart(), now ? SEARCH_WAIT_MS : 0)
  })
  onScopeDispose(() => clearTimeout(timer))
  return { wanted, found: found.items, pages }
}

export function useListing(view: Ref<View>) {
  const world = useWorld()
  const order = ref<Order>(readKept('order', 'longest'))
  watch(order, (now) => keep('order', now))
  const text = ref('')
  const chosen = ref<string | null>(null)
  /** A label that is gone narrows nothing down. */
  const label = computed({ get: () => (chosen.value && world.world.labels.has(chosen.value) ? chosen.value : null), set: (id) => (chosen.value = id) })
  const { viewed, pages, beside } = useViewed(view, label)
  const search = useSearch(text)

  const entries = computed(() => {
    if (!search.wanted.value) return entriesOf(viewed.value, view.value, order.value)
    const here = viewed.value.filter((each) => matches(each.contact, search.wanted.value))
    const ids = new Set(here.map((each) => each.id))
    return foundEntries(here, [...search.found.value.values()].filter((each) => !ids.has(each.id)))
  })
  const active = computed(() => (search.wanted.value ? search.pages : pages))
  const count = computed(() => viewed.value.length)
  const several = computed(() => severalNumbers([...viewed.value, ...search.found.value.values()]))

  function find(id: string): ConversationOut | undefined {
    const kept = [...beside, search.found].find((each) => each.value.has(id))
    return world.world.conversations.get(id) ?? kept?.value.get(id)
  }

  return { order, text, label, wanted: search.wanted, entries, active, count, several, find }
}
