/* Parts that are loaded after the page: in a quiet moment, so that they are there when the network is not. */
import { type Component, defineAsyncComponent } from 'vue'

type Loader<T extends Component> = () => Promise<{ default: T }>

const QUIET_MS = 10_000

/** A part that is loaded when it is first shown, or before that in a quiet moment; while offline it waits. */
export function lazy<T extends Component>(loader: Loader<T>): T {
  loadAhead(loader)
  return defineAsyncComponent({
    loader,
    onError: (_error, retry, fail) => (navigator.onLine ? fail() : addEventListener('online', () => retry(), { once: true })),
  }) as T
}

export function loadAhead(loader: () => Promise<unknown>): void {
  const load = () => void loader().catch(() => undefined)
  if ('requestIdleCallback' in window) requestIdleCallback(load, { timeout: QUIET_MS })
  else setTimeout(load, QUIET_MS)
}
