/* Where the keyboard is after a page came: at its first field, or at its title where it would be nowhere. */
import { nextTick, onMounted, watch } from 'vue'
import { useRoute } from 'vue-router'

/** Focus the field that asks for it. The browser itself heeds `autofocus` only when a document is loaded. */
export function useFirstField(): void {
  onMounted(() => document.querySelector<HTMLElement>('main form [autofocus]')?.focus())
}

/** Focus something when what had the focus is no longer there. */
export async function focusIfLost(target: () => HTMLElement | null): Promise<void> {
  await nextTick()
  if (document.activeElement === document.body) target()?.focus()
}

/** Focus the title when what had the focus went away with the page before. */
export function useTitleFocus(title: () => HTMLElement | null): void {
  const route = useRoute()
  const look = () => (history.state as { back?: unknown } | null)?.back && void focusIfLost(title)
  onMounted(look)
  watch(() => route.fullPath, look, { flush: 'post' })
}
