/* Gathers what comes quickly and hands it on together: the first with the next frame, or soon where none is
   drawn. In a rush the page rests between, and longer the longer it took to show the last: so keys are answered
   on a slow machine, too. */
const HIDDEN_MS = 100
const [LEAST_REST_MS, MOST_REST_MS] = [100, 500]
/** For each millisecond of showing so many of rest. */
const REST = 3
/** So many within a second are a rush. */
const RUSH = 20
/** Who did something sees for so long at once what came of it. */
const HURRY_MS = 2_000

export class Batch<T> {
  private waiting: T[] = []
  private frame = 0
  private timer: ReturnType<typeof setTimeout> | undefined
  private restsUntil = 0
  private hurriesUntil = 0
  /** When the last ones came. */
  private readonly arrivals: number[] = []

  constructor(private readonly take: (things: T[]) => void) {}

  readonly add = (thing: T): void => {
    this.waiting.push(thing)
    if (this.arrivals.push(performance.now()) > RUSH) this.arrivals.shift()
    if (this.waiting.length === 1) this.schedule()
  }

  /** Rest no more for a while: what waits is part of what is being done. */
  readonly hurry = (): void => {
    this.hurriesUntil = performance.now() + HURRY_MS
    if (!this.waiting.length) return
    this.unschedule()
    this.schedule()
  }

  /** Drop what waits: a snapshot knows it. */
  clear(): void {
    this.waiting = []
    this.unschedule()
  }

  private schedule(): void {
    const now = performance.now()
    const isRush = this.arrivals.length === RUSH && now - this.arrivals[0]! < 1_000
    const rest = isRush && now >= this.hurriesUntil ? this.restsUntil - now : 0
    if (rest <= 0) this.frame = requestAnimationFrame(this.flush)
    this.timer = setTimeout(this.flush, rest > 0 ? rest : HIDDEN_MS)
  }

  private unschedule(): void {
    cancelAnimationFrame(this.frame)
    clearTimeout(this.timer)
  }

  private readonly flush = (): void => {
    const things = this.waiting
    this.clear()
    if (!things.length) return
    const began = performance.now()
    this.restsUntil = began + LEAST_REST_MS
    this.take(things)
    setTimeout(() => { // the page has been drawn
      const rest = (performance.now() - began) * REST
      if (!document.hidden) this.restsUntil = performance.now() + Math.min(Math.max(rest, LEAST_REST_MS), MOST_REST_MS)
    })
  }
}
