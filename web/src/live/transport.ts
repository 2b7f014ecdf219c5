/* The socket alone: opened again when it breaks, falls silent, or the machine slept; what it says goes on as text. */

export interface Hearer {
  /** The address to open now. */
  address(): string
  opening(isAgain: boolean): void
  text(text: string): void
  /** It broke and is opened again, unless `code` says that it must not: then nothing more comes. */
  lost(): void
  ended(code: number): void
  /** Whether the session is still good, where the server refused to open. */
  mayReopen(): Promise<boolean>
}

export const SIGNED_OUT = 4001
export const RIGHTS_CHANGED = 4003
const SILENCE_MS = 35_000
const FIRST_WAIT_MS = 400
const LONGEST_WAIT_MS = 10_000
const TICK_MS = 2_000
/** A clock that jumps so far tells that the machine slept: a socket that still looks open is not to be trusted. */
const SLEPT_MS = 10_000

export class Transport {
  private socket: WebSocket | null = null
  private tries = 0
  private retry: ReturnType<typeof setTimeout> | undefined
  private watchdog: ReturnType<typeof setTimeout> | undefined
  private isClosed = true
  private ticked = Date.now()

  constructor(private readonly hearer: Hearer) {
    addEventListener('online', () => this.wake())
    addEventListener('offline', () => this.sleep())
    document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && this.wake())
    setInterval(() => this.tick(), TICK_MS)
  }

  open(): void {
    this.tries = 0
    this.isClosed = false
    this.connect()
  }

  /** Open again from where one stands: something is missing. */
  reopen(): void {
    this.connect()
  }

  /** Give this socket up, as if it had broken: what it says cannot be used. */
  lose(): void {
    this.drop()
    void this.broke(0, true)
  }

  /** The server knows us: the next break is the first. */
  settle(): void {
    this.tries = 0
  }

  close(): void {
    this.isClosed = true
    clearTimeout(this.retry)
    this.drop()
  }

  /** Say something to the server; lost when there is no connection. */
  say(frame: Record<string, unknown>): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(frame))
  }

  private connect(): void {
    this.drop()
    clearTimeout(this.retry)
    this.hearer.opening(this.tries > 0)
    const socket = new WebSocket(this.hearer.address())
    let opened = false
    socket.onopen = () => (opened = true)
    socket.onmessage = ({ data }) => {
      if (socket !== this.socket) return
      this.watch()
      this.hearer.text(String(data))
    }
    socket.onclose = (event) => socket === this.socket && void this.broke(event.code, opened)
    this.socket = socket
    this.watch()
  }

  private async broke(code: number, opened: boolean): Promise<void> {
    clearTimeout(this.watchdog)
    this.socket = null
    if (this.isClosed) return
    if (code === SIGNED_OUT || code === RIGHTS_CHANGED) return this.end(code)
    this.hearer.lost()
    if (!opened && navigator.onLine && !(await this.hearer.mayReopen())) return this.end(SIGNED_OUT)
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.tries++)
    this.retry = setTimeout(() => this.connect(), wait * (0.5 + Math.random() / 2))
  }

  private end(code: number): void {
    this.close()
    this.hearer.ended(code)
  }

  private tick(): void {
    const slept = Date.now() - this.ticked > SLEPT_MS
    this.ticked = Date.now()
    if (slept && !this.isClosed && !document.hidden) this.connect()
  }

  private wake(): void {
    if (this.isClosed) return
    if (Date.now() - this.ticked > SLEPT_MS || this.socket?.readyState !== WebSocket.OPEN) this.connect()
    this.ticked = Date.now()
  }

  private sleep(): void {
    if (this.isClosed) return
    this.drop()
    this.tries ||= 1
    this.hearer.lost()
  }

  private watch(): void {
    clearTimeout(this.watchdog)
    this.watchdog = setTimeout(() => this.connect(), SILENCE_MS)
  }

  private drop(): void {
    clearTimeout(this.watchdog)
    const socket = this.socket
    this.socket = null
    socket?.close()
  }
}
