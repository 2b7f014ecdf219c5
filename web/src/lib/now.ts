/* One clock for the whole page: ticks once a second while somebody looks at it. */
import { type Ref, onScopeDispose, ref } from 'vue'

const now = ref(Date.now())
let readers = 0
let timer: ReturnType<typeof setInterval> | undefined

export function useNow(): Readonly<Ref<number>> {
  if (readers++ === 0) {
    now.value = Date.now()
    timer = setInterval(() => (now.value = Date.now()), 1_000)
  }
  onScopeDispose(() => {
    if (--readers === 0) clearInterval(timer)
  })
  return now
}
