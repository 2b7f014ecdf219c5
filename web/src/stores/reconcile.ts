/* Two versions of one draft, begun on two devices: nothing that was typed is lost. Pure. */
import type { DraftBody, DraftOut } from '@/api/schema'
import { type Draft, emptyDraft } from './drafts'

/** What the server keeps of a draft: its times are its own. */
export const bodyOf = (draft: Draft): DraftBody => ({
  text: draft.text,
  media_ids: draft.attachments.map((each) => each.id),
  location: draft.location,
  poll: draft.poll,
  reply_to: draft.replyTo,
  used_template_ids: [...new Set(draft.templates)],
})

export const draftOf = ({ body, attachments, changed_at }: DraftOut): Draft => ({
  text: body.text ?? '',
  attachments,
  location: body.location ?? null,
  poll: body.poll ?? null,
  replyTo: body.reply_to ?? null,
  templates: body.used_template_ids ?? [],
  at: changed_at,
})

export const isSame = (one: Draft, other: Draft): boolean => JSON.stringify(bodyOf(one)) === JSON.stringify(bodyOf(other))

/** Return what becomes of mine and the other device's draft, where both began with `base`: the one that was changed;
    where both were, the longer one where it holds the other, else both. */
export function reconciled(mine: Draft, theirs: Draft, base: Draft = emptyDraft()): Draft {
  if (isSame(mine, base)) return theirs
  if (isSame(theirs, base) || isSame(mine, theirs)) return mine
  const known = new Set(theirs.attachments.map((each) => each.id))
  return {
    text: bothTexts(mine.text, theirs.text),
    attachments: [...theirs.attachments, ...mine.attachments.filter((each) => !known.has(each.id))],
    location: mine.location ?? theirs.location,
    poll: mine.poll ?? theirs.poll,
    replyTo: mine.replyTo ?? theirs.replyTo,
    templates: [...new Set([...(theirs.templates ?? []), ...(mine.templates ?? [])])],
    at: mine.at,
  }
}

function bothTexts(mine: string, theirs: string): string {
  if (mine.includes(theirs)) return mine
  return theirs.includes(mine) ? theirs : `${theirs}\n${mine}`
}
