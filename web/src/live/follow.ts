/* How far the events came: each once, in order, and never a gap unnoticed. Pure. */
import type { LiveEvent } from './events'

export class Follow {
  /** The last event that came: the next one names it as `prev`. */
  private seq = 0
  /** Where the account stood when the socket opened. */
  private head = 0
  private considered = 0

  /** Up to here everything came, or does not concern this session: where to go on after a break. */
  get position(): number {
    return this.considered
  }

  get isCaughtUp(): boolean {
    return this.considered >= this.head
  }

  /** Go on after a snapshot. */
  begin(after: number): void {
    this.considered = after
    this.reopen()
  }

  /** A socket is opened from where it stands. */
  reopen(): void {
    this.seq = this.considered
    this.head = 0
  }

  hello(head: number): void {
    this.head = head
  }

  heartbeat(seq: number): void {
    this.considered = Math.max(this.considered, seq)
  }

  /** Whether an event is the next one; `again` where it came before, `gap` where something between is missing. */
  take(event: Pick<LiveEvent, 'seq' | 'prev'>): 'next' | 'again' | 'gap' {
    if (event.seq <= this.seq) return 'again'
    if (event.prev !== this.seq) return 'gap'
    this.seq = this.considered = event.seq
    return 'next'
  }
}
