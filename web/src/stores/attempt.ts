/* What a person asks of the server by a button: busy meanwhile, and a notice where it is refused. */
import { type Ref, ref } from 'vue'
import { Problem } from '@/api/http'
import { useToasts } from './toasts'

interface Attempts {
  isBusy: Ref<boolean>
  attempt: (work: () => Promise<unknown>) => Promise<void>
}

/** `after` runs in the end, whatever came of it. */
export function useAttempt(after?: () => void): Attempts {
  const toasts = useToasts()
  const isBusy = ref(false)

  async function attempt(work: () => Promise<unknown>): Promise<void> {
    isBusy.value = true
    try {
      await work()
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      toasts.fail(error)
    } finally {
      isBusy.value = false
      after?.()
    }
  }

  return { isBusy, attempt }
}
