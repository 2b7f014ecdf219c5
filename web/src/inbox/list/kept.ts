/* A set of conversations beside the world, kept true by events: searched, resolved, or a contact's. */
import { onScopeDispose, shallowRef } from 'vue'
import type { ConversationOut } from '@/api/schema'
import type { LiveEvent } from '@/live/events'
import { renamed } from '@/live/world'
import { useLive } from '@/stores/live'

/** `belongs` says whether one that changed is in the set (from now on). */
export function useKept(belongs: (conversation: ConversationOut, isKnown: boolean) => boolean) {
  const live = useLive()
  const items = shallowRef(new Map<string, ConversationOut>())

  onScopeDispose(live.onEvent(hear))

  function put(conversations: ConversationOut[], isFirst = false): void {
    const next = new Map(isFirst ? [] : items.value)
    for (const each of conversations) next.set(each.id, each)
    items.value = next
  }

  function drop(id: string): void {
    if (!items.value.has(id)) return
    const next = new Map(items.value)
    next.delete(id)
    items.value = next
  }

  function hear(event: LiveEvent): void {
    if (event.is_removed) drop(event.conversation_id)
    else if (event.type === 'contact.updated') rename(event.contact)
    else if ('conversation' in event && event.conversation) {
      const { conversation } = event
      if (belongs(conversation, items.value.has(conversation.id))) put([conversation])
      else drop(conversation.id)
    }
  }

  function rename(contact: Parameters<typeof renamed>[1]): void {
    const theirs = [...items.value.values()].filter((each) => each.contact.id === contact.id)
    if (theirs.length) put(theirs.map((each) => renamed(each, contact)))
  }

  return { items, put }
}
