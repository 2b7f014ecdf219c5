/* Replies and notes on their way to the server: shown at once, kept across reloads, the same in every tab, sent
   once and in order. */
import { defineStore } from 'pinia'
import { computed, reactive, watch } from 'vue'
import { Problem, ask, http, unsaid } from '@/api/http'
import type { Location, MediaOut, MessageOut, Poll, ReplyIn } from '@/api/schema'
import { newId } from '@/lib/ids'
import { alone } from '@/lib/store'
import { type Draft, backIntoDraft, fitsInto, isEmpty, useDrafts } from './drafts'
import { useKeeping } from './keeping'
import { useSession } from './session'
import { useThreads } from './threads'
import { useWorld } from './world'

export interface Outgoing {
  clientId: string
  conversationId: string
  /** A note among colleagues; otherwise a reply to the customer. */
  isNote?: boolean
  /** When it was written: later than what was written before it, also within one moment. */
  at: string
  text: string
  media: MediaOut | null
  location: Location | null
  poll: Poll | null
  replyTo: string | null
  /** The agents whom a note calls. */
  mentions?: string[]
  /** The quick replies that it was made of. */
  templates?: string[]
  /** The line that came last when it was written: it is not sent over a later one. */
  expectedLast: string | null
  /** Set when the server refused it for good: what to do is in the sentence. */
  refusal: string | null
}

const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 15_000
const MOST_TEMPLATES = 20
const SETTLED_MS = 5_000

export const useOutgoing = defineStore('outgoing', () => {
  const session = useSession()
  const threads = useThreads()
  const world = useWorld()
  const drafts = useDrafts()
  const keeping = useKeeping()
  const { store } = keeping
  const owner = session.personId
  const items = reactive<Outgoing[]>([])
  /** Conversations in which somebody wrote just before my reply, which is a draft again. */
  const crossed = reactive(new Set<string>())
  const sending = new Set<string>()
  /** What the other tabs know of: where it is gone from the store, one of them dealt with it. */
  const kept = new Set<string>()
  const gone = new Set<string>()
  const wakers = new Set<() => void>()
  const waiting = computed(() => items.filter((each) => !each.refusal))
  const due = computed(() => waiting.value.length)
  watch(waiting, (now) => {
    keeping.waiting = now.length
    keeping.lastWaiting = new Map(now.map((each) => [each.conversationId, { text: each.text, isNote: each.isNote ?? false }]))
  })

  const ready = keeping.loadOutgoing<Outgoing>().then((found) => {
    for (const item of found.values()) if (!gone.has(item.clientId)) show(item)
  })
  store.follow<Outgoing>('outgoing', (clientId, item) => {
    if (!item) return forget(clientId)
    show(item)
    void drain(item.conversationId) // should the tab that wrote it be closed
  })
  store.follow('crossed', (conversationId) => crossed.add(conversationId))
  store.follow('wake', wake)

  function show(item: Outgoing): void {
    kept.add(item.clientId)
    const known = items.find((each) => each.clientId === item.clientId)
    if (known) Object.assign(known, item)
    else items.splice(items.findLastIndex((each) => each.at <= item.at) + 1, 0, item)
  }

  function forget(clientId: string): void {
    gone.add(clientId)
    const at = items.findIndex((each) => each.clientId === clientId)
    if (at >= 0) items.splice(at, 1)
  }

  async function save(item: Outgoing): Promise<void> {
    if (await store.put('outgoing', item.clientId, item)) kept.add(item.clientId)
  }

  /** Send what a draft holds: one message for each file, the first with the text, then the rest. Where the
      last line is given, nothing goes out over a later one: it becomes a draft again. */
  function send(conversationId: string, draft: Draft, expectedLast: string | null = null): void {
    for (const [at, part] of partsOf(draft).entries()) put({ ...part, conversationId, expectedLast: at === 0 ? expectedLast : null })
    void drain(conversationId)
  }

  function addNote(conversationId: string, text: string, mentions: string[]): void {
    put({ ...BARE, text, mentions, isNote: true, conversationId, expectedLast: null })
    void drain(conversationId)
  }

  function put(part: Omit<Outgoing, 'clientId' | 'at' | 'refusal'>): void {
    const item = { ...part, clientId: newId(), at: momentAfter(items.at(-1)?.at), refusal: null }
    items.push(item)
    void save(item)
  }

  /** Send everything that waits, now: after a reload, or when the server is back. */
  async function resume(): Promise<void> {
    await ready
    wake()
    store.say('wake', '')
    for (const id of new Set(items.map((each) => each.conversationId))) void drain(id)
  }

  function wake(): void {
    for (const waker of [...wakers]) waker()
  }

  /** Wait until what was written in a conversation has gone out or was refused; not long, should it not go. */
  function settled(conversationId: string): Promise<void> {
    return new Promise((resolve) => {
      const stop = watch(() => next(conversationId), (item) => !item && done(), { flush: 'sync' })
      const timer = setTimeout(done, SETTLED_MS)
      function done() {
        stop()
        clearTimeout(timer)
        resolve()
      }
      if (!next(conversationId)) done()
    })
  }

  function retry(clientId: string): void {
    const item = items.find((each) => each.clientId === clientId)
    if (!item) return
    item.refusal = null
    void save(item)
    void drain(item.conversationId)
  }

  async function discard(clientId: string): Promise<void> {
    forget(clientId)
    await store.drop('outgoing', clientId)
  }

  /** Send what waits in a conversation; in one tab at a time. */
  async function drain(conversationId: string): Promise<void> {
    if (sending.has(conversationId)) return
    sending.add(conversationId)
    await alone(`helpdesk.sending.${owner}.${conversationId}`, () => sendAll(conversationId)).finally(() => sending.delete(conversationId))
    if (next(conversationId) && session.personId === owner) void drain(conversationId)
  }

  async function sendAll(conversationId: string): Promise<void> {
    let wait = FIRST_WAIT_MS
    for (let item = next(conversationId); item && session.personId === owner; item = next(conversationId)) {
      if (kept.has(item.clientId) && !(await store.has('outgoing', item.clientId))) {
        forget(item.clientId)
        continue
      }
      const problem = await attempt(item)
      if (!problem) wait = FIRST_WAIT_MS
      else if (problem.isPassing || problem.status === 401) {
        item.expectedLast = null // what has to wait goes out, whatever is written meanwhile
        void save(item)
        await pause(problem.retryAfter ? problem.retryAfter * 1_000 : wait)
        wait = Math.min(LONGEST_WAIT_MS, wait * 2)
      } else if (problem.facts['reason'] === 'crossed' && (await takeBack(conversationId))) {
        for (const line of problem.facts['messages'] as MessageOut[]) threads.keep(line)
        crossed.add(conversationId)
        store.say('crossed', conversationId)
      } else {
        item.refusal = problem.message
        await save(item)
      }
    }
  }

  /** Make one draft again of all that waits; false where a draft cannot hold it. */
  async function takeBack(conversationId: string): Promise<boolean> {
    let draft = drafts.of(conversationId)
    const unsent = items.filter((each) => each.conversationId === conversationId && !each.refusal && !each.isNote)
    for (const item of unsent.toReversed()) {
      if (!fitsInto(item, draft)) return false
      draft = backIntoDraft(item, draft)
    }
    drafts.set(conversationId, draft)
    await Promise.all(unsent.map((item) => discard(item.clientId)))
    return true
  }

  async function attempt(item: Outgoing): Promise<Problem | null> {
    if (!session.isSure) return unsaid('offline')
    try {
      const params = { path: { conversation_id: item.conversationId } }
      const sent = await ask(
        item.isNote
          ? http.POST('/api/v1/conversations/{conversation_id}/notes', { params, body: { client_id: item.clientId, text: item.text, mentions: item.mentions ?? [] } })
          : http.POST('/api/v1/conversations/{conversation_id}/messages', { params, body: bodyOf(item) }),
      )
      threads.keep(sent)
      world.useTemplates(templatesOf(item), sent.created_at)
      await discard(item.clientId)
      return null
    } catch (error) {
      if (error instanceof Problem) return error
      throw error
    }
  }

  /** Wait, or until the server is back. */
  function pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer)
        wakers.delete(done)
        resolve()
      }
      const timer = setTimeout(done, milliseconds)
      wakers.add(done)
    })
  }

  addEventListener('online', wake)
  const next = (conversationId: string) =>
    items.find((each) => each.conversationId === conversationId && !each.refusal)

  return { items, due, ready, crossed, send, addNote, resume, settled, retry, discard }
})

/** Now, or right after what was written before. */
export function momentAfter(before: string | undefined): string {
  return new Date(Math.max(Date.now(), before ? Date.parse(before) + 1 : 0)).toISOString()
}

function bodyOf(item: Outgoing): ReplyIn {
  return {
    client_id: item.clientId,
    text: item.text,
    media_id: item.media?.id ?? null,
    location: item.location,
    poll: item.poll,
    reply_to: item.replyTo,
    used_template_ids: templatesOf(item),
    expected_last_message_id: item.expectedLast ?? null,
  }
}

/** Each quick reply once, and no more than the server counts. */
const templatesOf = (item: Outgoing): string[] => [...new Set(item.templates)].slice(0, MOST_TEMPLATES)

type Part = Pick<Outgoing, 'text' | 'media' | 'location' | 'poll' | 'replyTo' | 'templates'>
const BARE: Part = { text: '', media: null, location: null, poll: null, replyTo: null }

/** The messages that a draft makes, in the order in which the customer gets them. */
export function partsOf(draft: Draft): Part[] {
  if (isEmpty(draft)) return []
  const text = draft.text.trim()
  const [first, ...rest] = draft.attachments
  const parts: Part[] = []
  if (text || first) parts.push({ ...BARE, text, media: first ?? null })
  for (const media of rest) parts.push({ ...BARE, media })
  if (draft.location) parts.push({ ...BARE, location: draft.location })
  if (draft.poll) parts.push({ ...BARE, poll: draft.poll })
  parts[0]!.replyTo = draft.replyTo
  if (draft.templates?.length) parts[0]!.templates = draft.templates
  return parts
}
