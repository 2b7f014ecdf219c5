/* What the picker offers: each label on the conversation and on the customer, as it is now. Pure. */
import type { ConversationOut, LabelOut } from '@/api/schema'

export interface Marking {
  id: string
  on: 'conversation' | 'contact'
  label: LabelOut
  isSet: boolean
}

type Marked = Pick<ConversationOut, 'labels' | 'contact'>

/** Return the labels whose name has the text, those that are set first. */
export function markingsOf(labels: Iterable<LabelOut>, conversation: Marked, on: Marking['on'], text: string): Marking[] {
  const ids = on === 'contact' ? conversation.contact.labels : conversation.labels
  const wanted = text.trim().toLowerCase()
  return [...labels]
    .filter((label) => label.name.toLowerCase().includes(wanted))
    .map((label) => ({ id: `${on} ${label.id}`, on, label, isSet: ids.includes(label.id) }))
    .sort((one, other) => Number(other.isSet) - Number(one.isSet) || one.label.name.localeCompare(other.label.name))
}
