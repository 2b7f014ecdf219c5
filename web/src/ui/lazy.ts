/* Parts that are loaded after the page: in a quiet moment, so that they are there when the network is not. */
import { type Component, defineAsyncComponent, defineComponent, onUnmounted } from 'vue'
import { useUpdate } from '@/stores/update'
import { holdKeys } from './earlyKeys'

type Loader<T extends Component> = () => Promise<{ default: T }>

const QUIET_MS = 10_000
/** A dialog that is there has the focus within so long. */
const FOCUSED_MS = 1_000

/** A part that is loaded when it is first shown, or before that in a quiet moment; while offline it waits. */
export function lazy<T extends Component>(loader: Loader<T>): T {
  void loadAhead(loader)
  return asAsked(loader)
}

/** The same for a dialog: keys that are pressed while it is on its way are its own, as long as it is wanted. */
export function lazyDialog<T extends Component>(loader: Loader<T>): T {
  let giveUp: () => void
  let isLoaded = false
  const Loading = defineComponent(() => {
    giveUp = holdKeys()
    onUnmounted(() => (isLoaded ? setTimeout(giveUp, FOCUSED_MS) : giveUp()))
    return () => null
  })
  const load = async () => {
    try {
      const part = await loader()
      isLoaded = true
      return part
    } catch (error) {
      giveUp()
      throw error
    }
  }
  void loadAhead(loader)
  return asAsked(load, Loading)
}

function asAsked<T extends Component>(loader: Loader<T>, loadingComponent?: Component): T {
  return defineAsyncComponent({
    loader,
    onError: (_error, retry, fail) => (navigator.onLine ? miss(fail) : addEventListener('online', () => retry(), { once: true })),
    ...(loadingComponent && { loadingComponent, delay: 0 }),
  }) as T
}

/** The browser does not ask again for a script that it did not get: only a reload helps. */
function miss(fail: () => void): void {
  useUpdate().isMissing = true
  fail()
}

/** Said once the page shows what it is for: before that nothing is loaded ahead. */
export let pageIsShown: () => void
export const isShown = new Promise<void>((resolve) => (pageIsShown = resolve))

export async function loadAhead(loader: () => Promise<unknown>): Promise<void> {
  await isShown
  const load = () => void loader().catch(() => undefined)
  if ('requestIdleCallback' in window) requestIdleCallback(load, { timeout: QUIET_MS })
  else setTimeout(load, QUIET_MS)
}
