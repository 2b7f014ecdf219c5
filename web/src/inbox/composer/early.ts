/* An Enter that is pressed while the quick replies are still being loaded: theirs as soon as they have
   something to choose, and forgotten where anything else is typed before. */
import { type Ref, watch } from 'vue'

export interface QuickKeys {
  onKey: (event: KeyboardEvent) => boolean
  activeId: string | undefined
}

export function useEarlyEnter(quick: Readonly<Ref<QuickKeys | null>>, query: () => string | undefined) {
  let kept: KeyboardEvent | null = null

  function keep(event: KeyboardEvent): void {
    kept = event
  }

  function forget(): void {
    kept = null
  }

  watch(query, forget)
  watch(
    () => quick.value?.activeId,
    (id) => {
      const event = kept
      if (!id || !event) return
      forget()
      quick.value?.onKey(event)
    },
    { flush: 'post' },
  )
  return { keep, forget }
}
