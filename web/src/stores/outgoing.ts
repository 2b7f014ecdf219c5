/* Replies on their way to the server: shown at once, kept across reloads, sent once and in order. */
import { defineStore } from 'pinia'
import { computed, reactive } from 'vue'
import { Problem, ask, http } from '@/api/http'
import type { Location, MediaOut, MessageOut, Poll, ReplyIn } from '@/api/schema'
import { newId } from '@/lib/ids'
import { keep, readEach } from '@/lib/kept'
import { type Draft, backIntoDraft, fitsInto, isEmpty, useDrafts } from './drafts'
import { useSession } from './session'
import { useThreads } from './threads'
import { useWorld } from './world'

export interface Outgoing {
  clientId: string
  conversationId: string
  at: string
  text: string
  media: MediaOut | null
  location: Location | null
  poll: Poll | null
  replyTo: string | null
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

export const useOutgoing = defineStore('outgoing', () => {
  const session = useSession()
  const threads = useThreads()
  const world = useWorld()
  const drafts = useDrafts()
  const owner = session.personId
  const place = `outgoing.${owner}.`
  const items = reactive(readEach<Outgoing>(place).sort((one, other) => one.at.localeCompare(other.at)))
  /** Conversations in which somebody wrote just before my reply, which is a draft again. */
  const crossed = reactive(new Set<string>())
  const sending = new Set<string>()
  const due = computed(() => items.filter((each) => !each.refusal).length)

  const save = (item: Outgoing) => keep(place + item.clientId, item)

  /** Send what a draft holds: one message for each file, the first with the text, then the rest. Where the
      last line is given, nothing goes out over a later one: it becomes a draft again. */
  function send(conversationId: string, draft: Draft, expectedLast: string | null = null): void {
    for (const [at, part] of partsOf(draft).entries()) {
      const guard = at === 0 ? expectedLast : null
      const item = { ...part, clientId: newId(), conversationId, at: new Date().toISOString(), expectedLast: guard, refusal: null }
      items.push(item)
      save(item)
    }
    void drain(conversationId)
  }

  /** Send everything that waits, for example after a reload or when the network is back. */
  function resume(): void {
    for (const id of new Set(items.map((each) => each.conversationId))) void drain(id)
  }

  function retry(clientId: string): void {
    const item = items.find((each) => each.clientId === clientId)
    if (!item) return
    item.refusal = null
    save(item)
    void drain(item.conversationId)
  }

  function discard(clientId: string): void {
    const at = items.findIndex((each) => each.clientId === clientId)
    if (at >= 0) items.splice(at, 1)
    keep(place + clientId, null)
  }

  async function drain(conversationId: string): Promise<void> {
    if (sending.has(conversationId)) return
    sending.add(conversationId)
    let wait = FIRST_WAIT_MS
    try {
      for (let item = next(conversationId); item && session.personId === owner; item = next(conversationId)) {
        const problem = await attempt(item)
        if (!problem) wait = FIRST_WAIT_MS
        else if (problem.isPassing || problem.status === 401) {
          item.expectedLast = null // what has to wait goes out, whatever is written meanwhile
          save(item)
          await pause(problem.retryAfter ? problem.retryAfter * 1_000 : wait)
          wait = Math.min(LONGEST_WAIT_MS, wait * 2)
        } else if (problem.facts['reason'] === 'crossed' && takeBack(conversationId)) {
          for (const line of problem.facts['messages'] as MessageOut[]) threads.keep(line)
          crossed.add(conversationId)
        } else {
          item.refusal = problem.message
          save(item)
        }
      }
    } finally {
      sending.delete(conversationId)
    }
  }

  /** Make one draft again of all that waits; false where a draft cannot hold it. */
  function takeBack(conversationId: string): boolean {
    let draft = drafts.of(conversationId)
    const unsent = items.filter((each) => each.conversationId === conversationId && !each.refusal)
    for (const item of unsent.toReversed()) {
      if (!fitsInto(item, draft)) return false
      draft = backIntoDraft(item, draft)
    }
    for (const item of unsent) discard(item.clientId)
    drafts.set(conversationId, draft)
    return true
  }

  async function attempt(item: Outgoing): Promise<Problem | null> {
    try {
      const params = { path: { conversation_id: item.conversationId } }
      const sent = await ask(
        http.POST('/api/v1/conversations/{conversation_id}/messages', { params, body: bodyOf(item) }),
      )
      threads.keep(sent)
      world.useTemplates(templatesOf(item), sent.created_at)
      discard(item.clientId)
      return null
    } catch (error) {
      if (error instanceof Problem) return error
      throw error
    }
  }

  const next = (conversationId: string) =>
    items.find((each) => each.conversationId === conversationId && !each.refusal)

  return { items, due, crossed, send, resume, retry, discard }
})

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

/** The messages that a draft makes, in the order in which the customer gets them. */
export function partsOf(draft: Draft): Part[] {
  if (isEmpty(draft)) return []
  const text = draft.text.trim()
  const [first, ...rest] = draft.attachments
  const bare: Part = { text: '', media: null, location: null, poll: null, replyTo: null }
  const parts: Part[] = []
  if (text || first) parts.push({ ...bare, text, media: first ?? null })
  for (const media of rest) parts.push({ ...bare, media })
  if (draft.location) parts.push({ ...bare, location: draft.location })
  if (draft.poll) parts.push({ ...bare, poll: draft.poll })
  parts[0]!.replyTo = draft.replyTo
  if (draft.templates?.length) parts[0]!.templates = draft.templates
  return parts
}

/** Wait, or until the network is back. */
function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      removeEventListener('online', done)
      resolve()
    }
    const timer = setTimeout(done, milliseconds)
    addEventListener('online', done)
  })
}
