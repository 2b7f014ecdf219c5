/* What was typed and not yet sent, per conversation, its note apart; survives a reload, and is the same in
   every tab. */
import { defineStore } from 'pinia'
import { reactive } from 'vue'
import type { Location, MediaOut, Poll } from '@/api/schema'
import { useKeeping } from './keeping'

export interface Draft {
  text: string
  attachments: MediaOut[]
  location: Location | null
  poll: Poll | null
  replyTo: string | null
  /** The quick replies that it was made of. */
  templates?: string[]
  /** When it was kept last. */
  at: string | null
}

export const emptyDraft = (): Draft => ({ text: '', attachments: [], location: null, poll: null, replyTo: null, at: null })

/** Where the draft of a conversation's note is kept. */
export const notePlace = (conversationId: string): string => `note:${conversationId}`

export const isEmpty = (draft: Draft): boolean =>
  !draft.text.trim() && !draft.attachments.length && !draft.location && !draft.poll

/** One message that did not go out. */
export type Unsent = Pick<Draft, 'text' | 'location' | 'poll' | 'replyTo' | 'templates'> & { media: MediaOut | null }

/** Put what did not go out back before what is typed by now; nothing of either is lost. */
export function backIntoDraft(item: Unsent, draft: Draft): Draft {
  return {
    ...draft,
    text: [item.text, draft.text].filter((each) => each.trim()).join('\n'),
    attachments: item.media ? [item.media, ...draft.attachments] : draft.attachments,
    location: draft.location ?? item.location,
    poll: draft.poll ?? item.poll,
    replyTo: draft.replyTo ?? item.replyTo,
    templates: [...(item.templates ?? []), ...(draft.templates ?? [])],
  }
}

/** Whether there is room for it: a draft has one place and one poll. */
export const fitsInto = (item: Unsent, draft: Draft): boolean => !(item.location && draft.location) && !(item.poll && draft.poll)

export const useDrafts = defineStore('drafts', () => {
  const { store, loadDrafts } = useKeeping()
  const drafts = reactive(new Map<string, Draft>())
  /** Where something was written since the page was opened: newer than what was kept. */
  const touched = new Set<string>()
  const ready = loadDrafts<Draft>().then((kept) => {
    for (const [place, draft] of kept) if (!touched.has(place)) drafts.set(place, draft)
  })
  store.follow<Draft>('drafts', show)

  function show(place: string, draft: Draft | undefined): void {
    touched.add(place)
    if (draft) drafts.set(place, draft)
    else drafts.delete(place)
  }

  function of(conversationId: string): Draft {
    return drafts.get(conversationId) ?? emptyDraft()
  }

  function set(conversationId: string, draft: Draft): void {
    const isNothing = isEmpty(draft) && !draft.replyTo
    const kept = isNothing ? undefined : { ...draft, at: new Date().toISOString() }
    show(conversationId, kept)
    void (kept ? store.put('drafts', conversationId, kept) : store.drop('drafts', conversationId))
  }

  return { drafts, ready, of, set }
})
