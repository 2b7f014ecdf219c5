/* The labels of a conversation: its own, then its contact's. Pure. */
interface Label {
  id: string
  name: string
}

interface Labelled {
  labels: string[]
  contact: { labels: string[] }
}

/** Return the labels that are there by these ids, in their order. */
export function known<L extends Label>(ids: string[], all: ReadonlyMap<string, L>): L[] {
  return ids.flatMap((id) => all.get(id) ?? [])
}

/** Return what a conversation shows: its labels and those of its contact, each once. */
export function labelsOf<L extends Label>(conversation: Labelled, all: ReadonlyMap<string, L>): L[] {
  return known([...new Set([...conversation.labels, ...conversation.contact.labels])], all)
}

export const hasLabel = ({ labels, contact }: Labelled, id: string): boolean => labels.includes(id) || contact.labels.includes(id)

/** Put a label on, or take it off. */
export const toggled = (ids: string[], id: string): string[] => (ids.includes(id) ? ids.filter((each) => each !== id) : [...ids, id])
