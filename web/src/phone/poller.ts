/* Asks again and again, once a second, as long as somebody looks at the page. */
const SECOND = 1_000
const MOST_WAIT = 10 * SECOND

/** Run `ask` at once and every second after its end; slower while it fails; not in a hidden tab. */
export function startPolling(ask: () => Promise<boolean>): { stop: () => void; now: () => Promise<void> } {
  let timer: ReturnType<typeof setTimeout> | undefined
  let running: Promise<void> | null = null
  let failures = 0
  let isStopped = false

  async function run(): Promise<void> {
    failures = (await ask()) ? 0 : failures + 1
    running = null
    clearTimeout(timer)
    if (!isStopped && !document.hidden) timer = setTimeout(next, Math.min(SECOND * 2 ** failures, MOST_WAIT))
  }

  const next = (): Promise<void> => (running ??= run())
  const look = () => (document.hidden ? clearTimeout(timer) : void next())

  document.addEventListener('visibilitychange', look)
  void next()
  return {
    stop: () => {
      isStopped = true
      clearTimeout(timer)
      document.removeEventListener('visibilitychange', look)
    },
    /* What happened while an answer is under way is in the next one. */
    now: async () => {
      await running
      await next()
    },
  }
}
