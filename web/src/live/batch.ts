/* Gathers what comes quickly and hands it on together: with the next frame, or soon where none is drawn. */
const HIDDEN_MS = 100

export class Batch<T> {
  private waiting: T[] = []
  private frame = 0
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly take: (things: T[]) => void) {}

  readonly add = (thing: T): void => {
    this.waiting.push(thing)
    if (this.waiting.length > 1) return
    this.frame = requestAnimationFrame(this.flush)
    this.timer = setTimeout(this.flush, HIDDEN_MS)
  }

  /** Drop what waits: a snapshot knows it. */
  clear(): void {
    this.waiting = []
    cancelAnimationFrame(this.frame)
    clearTimeout(this.timer)
  }

  private readonly flush = (): void => {
    const things = this.waiting
    this.clear()
    if (things.length) this.take(things)
  }
}
