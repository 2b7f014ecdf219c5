/* Where a message can be forwarded to: my conversations, or a number. Pure. */
import type { ConversationOut, MessageOut } from '@/api/schema'
import { matches } from '@/lib/finding'

export type Destination = { id: string; kind: 'conversation'; conversation: ConversationOut } | { id: string; kind: 'number'; number: string }

const LEAST_DIGITS = 6

export const canForward = (line: MessageOut): boolean =>
  line.direction !== 'note' && !line.is_deleted && !['poll_vote', 'contact', 'other'].includes(line.kind)

/** Which message is meant where none is named: the one that is being answered, else the newest. */
export const forwardable = (lines: MessageOut[], quoted: string | null): MessageOut | undefined =>
  lines.find((line) => line.id === quoted && canForward(line)) ?? lines.findLast(canForward)

export function conversationsFor(mine: ConversationOut[], from: string | null, text: string): Destination[] {
  return mine
    .filter((each) => each.id !== from && matches(each.contact, text.trim()))
    .map((conversation) => ({ id: conversation.id, kind: 'conversation', conversation }))
}

/** The number that was typed, where it can be one. */
export function numbersFor(text: string): Destination[] {
  const number = text.trim()
  const digits = number.replace(/\D/g, '')
  return /^[+\d][\d\s().-]*$/.test(number) && digits.length >= LEAST_DIGITS ? [{ id: 'number', kind: 'number', number }] : []
}
