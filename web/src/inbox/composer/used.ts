/* How often this browser used each quick reply. */
import { ref } from 'vue'
import { keep, readKept } from '@/lib/kept'

const counts = ref(readKept<Record<string, number>>('quickReplies', {}))

export function useUsed() {
  function count(id: string): void {
    counts.value = { ...counts.value, [id]: (counts.value[id] ?? 0) + 1 }
    keep('quickReplies', counts.value)
  }
  return { counts, count }
}
