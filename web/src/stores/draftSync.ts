/* Drafts on the server, so that one begun on the desktop is there on the phone: put in quiet moments, one tab at a
   time, fetched when another device changed one. What is here comes first; nothing waits for it. */
import { defineStore } from 'pinia'
import { computed, reactive, watch } from 'vue'
import { Problem, ask, http } from '@/api/http'
import type { DraftOut } from '@/api/schema'
import { alone } from '@/lib/store'
import { type Draft, emptyDraft, notePlace, useDrafts } from './drafts'
import { useKeeping } from './keeping'
import { useLive } from './live'
import { bodyOf, draftOf, isSame, reconciled } from './reconcile'
import { useSession } from './session'

/** What the server has of a draft, as far as this browser knows. */
interface Known {
  version: number
  draft: Draft
}

type Kind = DraftOut['kind']

const QUIET_MS = 1_500
/** What is told of a change may come before the answer to it. */
const ANSWER_MS = 300
const NOTE = /^note:/
/** Notes about contacts are drafts, too, and stay in this browser. */
const OF_CONVERSATION = /^(note:)?[0-9a-f-]{36}$/
const PAGE = 200

export const useDraftSync = defineStore('draftSync', () => {
  const session = useSession()
  const live = useLive()
  const drafts = useDrafts()
  const keeping = useKeeping()
  const { store } = keeping
  const known = reactive(new Map<string, Known>())
  const isBehind = (place: string) => !isSame(drafts.of(place), known.get(place)?.draft ?? emptyDraft())
  let quiet: ReturnType<typeof setTimeout> | undefined
  const ready = Promise.all([drafts.ready, store.all<Known>('synced')]).then(([, synced]) => {
    for (const [place, each] of synced) if (!known.has(place)) known.set(place, each)
    keeping.unsynced = [...drafts.drafts.keys()].filter(isBehind).length
  })

  store.follow<Known>('synced', take)
  live.onWhisper((frame) => {
    if (frame.type !== 'draft.changed') return
    const isNews = () => (known.get(placeOf(frame))?.version ?? 0) !== frame.version
    setTimeout(() => isNews() && void inTurn(meetAll), ANSWER_MS)
  })
  /* What I sent from another browser is no draft here any more: Enter would send it twice. */
  live.onEvent((event) => {
    if (event.type !== 'message.queued' || !('message' in event) || !event.conversation_id || event.message.sender.id !== session.agentId) return
    const draft = drafts.of(event.conversation_id).text.trim()
    const sent = event.message.text.trim()
    if (draft && (sent === draft || sent.endsWith(`\n${draft}`))) drafts.set(event.conversation_id, emptyDraft())
  })
  watch(() => live.state === 'live', (is) => is && void inTurn(async () => (await meetAll(), await bringAll())), { immediate: true })
  watch(drafts.drafts, () => {
    clearTimeout(quiet)
    quiet = setTimeout(() => void inTurn(bringAll), QUIET_MS)
  })
  watch(computed(() => [...drafts.drafts.keys()].filter(isBehind).length), (count) => (keeping.unsynced = count))

  /** Do something while no other tab does; without a connection it is done when there is one. */
  async function inTurn(act: () => Promise<void>): Promise<void> {
    if (live.state !== 'live') return
    await ready
    await alone(`helpdesk.drafts.${session.personId}`, () => act().catch(pass))
  }

  /** The connection broke: what was not done is done with the next one. */
  function pass(error: unknown): void {
    if (!(error instanceof Problem)) throw error
  }

  /** Fetch what other devices have. */
  async function meetAll(): Promise<void> {
    const theirs = await fetchAll()
    for (const place of new Set([...theirs.keys(), ...known.keys()])) meet(place, theirs.get(place))
  }

  /** Put what is newer here. */
  async function bringAll(): Promise<void> {
    for (const place of new Set([...drafts.drafts.keys(), ...known.keys()])) if (isBehind(place)) await bring(place)
  }

  async function fetchAll(): Promise<Map<string, DraftOut>> {
    const found = new Map<string, DraftOut>()
    let after: string | null = null
    do {
      const query: { limit: number; after?: string } = after ? { limit: PAGE, after } : { limit: PAGE }
      const page = await ask(http.GET('/api/v1/drafts', { params: { query } }))
      for (const each of page.items) found.set(placeOf(each), each)
      after = page.next
    } while (after)
    return found
  }

  /** Take over what the server has in a place, where that is news. */
  function meet(place: string, theirs: DraftOut | undefined): void {
    const before = known.get(place)
    if (theirs?.version === before?.version) return
    const draft = theirs ? draftOf(theirs) : emptyDraft()
    const mine = drafts.of(place)
    const both = reconciled(mine, draft, before?.draft)
    if (!isSame(both, mine)) drafts.set(place, both)
    learn(place, theirs && { version: theirs.version, draft })
  }

  /** Put what is newer here; where another device was faster, both meet. */
  async function bring(place: string): Promise<void> {
    const mine = drafts.of(place)
    if (!OF_CONVERSATION.test(place)) return
    const path = { conversation_id: place.replace(NOTE, '') }
    const kind: Kind = NOTE.test(place) ? 'note' : 'reply'
    const expected_version = known.get(place)?.version ?? 0
    try {
      if (drafts.drafts.has(place)) {
        const body = { kind, expected_version, body: bodyOf(mine) }
        const stored = await ask(http.PUT('/api/v1/conversations/{conversation_id}/draft', { params: { path }, body }))
        learn(place, { version: stored.version, draft: mine })
      } else {
        await ask(http.DELETE('/api/v1/conversations/{conversation_id}/draft', { params: { path, query: { kind, expected_version } } }))
        learn(place, undefined)
      }
    } catch (error) {
      if (!(error instanceof Problem) || error.isPassing) throw error
      if (error.facts['reason'] === 'draft_changed') meet(place, (error.facts['draft'] as DraftOut | null) ?? undefined)
    }
  }

  function learn(place: string, now: Known | undefined): void {
    take(place, now)
    void (now ? store.put('synced', place, now) : store.drop('synced', place))
  }

  function take(place: string, now: Known | undefined): void {
    if (now) known.set(place, now)
    else known.delete(place)
  }

  return {}
})

const placeOf = ({ conversation_id, kind }: Pick<DraftOut, 'conversation_id' | 'kind'>): string =>
  kind === 'note' ? notePlace(conversation_id) : conversation_id
