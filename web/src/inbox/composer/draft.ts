/* The draft of one conversation, kept at every change. */
import { computed } from 'vue'
import { type Draft, useDrafts } from '@/stores/drafts'

export function useDraft(conversationId: () => string) {
  const drafts = useDrafts()
  const draft = computed(() => drafts.of(conversationId()))

  function update(part: Partial<Draft>): void {
    drafts.set(conversationId(), { ...draft.value, ...part })
  }

  return { draft, update }
}
