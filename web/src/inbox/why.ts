/* Whether the record of the turn ("why this agent?") is shown; the thread renders it. */
import { ref } from 'vue'

export const isWhyOpen = ref(false)

export function openWhy(): void {
  isWhyOpen.value = true
}
