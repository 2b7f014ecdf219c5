/* The socket: opened where the screen stands, reopened when it breaks, and never silently behind. */
import type { Ephemeral, LiveEvent } from './events'

export type LiveState = 'connecting' | 'catching-up' | 'live' | 'offline' | 'ended'

export interface Listener {
  /** A numbered event, each once and in order. */
  event(event: LiveEvent): void
  /** Something without a number: presence, typing. */
  whisper(frame: Ephemeral): void
  /** The server cannot continue from here: take a new snapshot, then `open` again. */
  resync(): void
  /** The session is over. */
  signedOut(): void
  state(state: LiveState): void
}

const SILENCE_MS = 35_000
const FIRST_WAIT_MS = 400
const LONGEST_WAIT_MS = 10_000
const SIGNED_OUT = 4001
const RIGHTS_CHANGED = 4003

interface Frame {
  type: string
  seq?: number
  prev?: number
}

export class Connection {
  private socket: WebSocket | null = null
  private epoch = ''
  /** The last event that came: the next one names it as `prev`. */
  private seq = 0
  /** Up to here everything came, or does not concern this session: where to go on after a break. */
  private considered = 0
  /** Where the account stood when the socket opened. */
  private head = 0
  private tries = 0
  private retry: ReturnType<typeof setTimeout> | undefined
  private watchdog: ReturnType<typeof setTimeout> | undefined
  private isClosed = true

  constructor(
    private readonly listener: Listener,
    private readonly isSignedIn: () => Promise<boolean>,
  ) {
    addEventListener('online', () => this.wake())
    addEventListener('offline', () => this.sleep())
    document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && this.wake())
  }

  /** Every event up to this one is on the screen, or does not concern it. */
  get position(): number {
    return this.considered
  }

  /** Follow the events after a snapshot. */
  open(epoch: string, after: number): void {
    this.epoch = epoch
    this.considered = after
    this.tries = 0
    this.isClosed = false
    this.connect()
  }

  close(): void {
    this.isClosed = true
    clearTimeout(this.retry)
    this.drop()
    this.listener.state('ended')
  }

  /** Say something to the server; lost when there is no connection. */
  say(frame: Record<string, unknown>): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(frame))
  }

  private connect(): void {
    this.drop()
    clearTimeout(this.retry)
    this.listener.state(this.tries ? 'offline' : 'connecting')
    this.seq = this.considered
    const query = new URLSearchParams({ epoch: this.epoch, after: String(this.seq) })
    const socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/ws?${query}`)
    let opened = false
    socket.onopen = () => (opened = true)
    socket.onmessage = (message) => socket === this.socket && this.hear(JSON.parse(String(message.data)) as Frame)
    socket.onclose = (event) => socket === this.socket && void this.lost(event.code, opened)
    this.socket = socket
    this.watch()
  }

  private hear(frame: Frame): void {
    this.watch()
    if (frame.type === 'hello') {
      this.tries = 0
      this.head = frame.seq ?? 0
      this.listener.state(this.considered < this.head ? 'catching-up' : 'live')
    } else if (frame.type === 'resync') {
      this.stopFor(() => this.listener.resync())
    } else if (frame.type === 'heartbeat') {
      this.considered = Math.max(this.considered, frame.seq ?? 0)
      if (this.considered >= this.head) this.listener.state('live')
    } else if (frame.seq === undefined) {
      this.listener.whisper(frame as Ephemeral)
    } else {
      this.take(frame as LiveEvent)
    }
  }

  private take(event: LiveEvent): void {
    if (event.seq <= this.seq) return
    if (event.prev !== this.seq) {
      this.connect() // something between is missing: ask again from the last one we have
      return
    }
    this.seq = this.considered = event.seq
    this.listener.event(event)
    if (event.seq >= this.head) this.listener.state('live')
  }

  private async lost(code: number, opened: boolean): Promise<void> {
    clearTimeout(this.watchdog)
    this.socket = null
    if (this.isClosed) return
    if (code === SIGNED_OUT) return this.stopFor(() => this.listener.signedOut())
    if (code === RIGHTS_CHANGED) return this.stopFor(() => this.listener.resync())
    this.listener.state('offline')
    if (!opened && navigator.onLine && !(await this.isSignedIn())) {
      return this.stopFor(() => this.listener.signedOut())
    }
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.tries++)
    this.retry = setTimeout(() => this.connect(), wait * (0.5 + Math.random() / 2))
  }

  private stopFor(next: () => void): void {
    this.isClosed = true
    this.drop()
    next()
  }

  private wake(): void {
    if (this.isClosed) return
    if (this.socket?.readyState !== WebSocket.OPEN) this.connect()
  }

  private sleep(): void {
    if (this.isClosed) return
    this.drop()
    this.tries ||= 1
    this.listener.state('offline')
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
