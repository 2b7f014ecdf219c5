/* Live events as the stores take them: a socket, what it says, and how far it came. */
import { decode } from './decode'
import type { Ephemeral, LiveEvent } from './events'
import { Follow } from './follow'
import { SIGNED_OUT, Transport } from './transport'

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

export class Connection {
  private epoch = ''
  /** How often what came could not be read since the last event that could. */
  private faults = 0
  private readonly follow = new Follow()
  private readonly transport: Transport

  constructor(private readonly listener: Listener, isSignedIn: () => Promise<boolean>) {
    this.transport = new Transport({
      address: () => this.address(),
      opening: (isAgain) => listener.state(isAgain ? 'offline' : 'connecting'),
      text: (text) => this.hear(text),
      lost: () => listener.state('offline'),
      ended: (code) => (code === SIGNED_OUT ? listener.signedOut() : listener.resync()),
      mayReopen: isSignedIn,
    })
  }

  /** Every event up to this one is on the screen, or does not concern it. */
  get position(): number {
    return this.follow.position
  }

  /** Follow the events after a snapshot. */
  open(epoch: string, after: number): void {
    this.epoch = epoch
    this.follow.begin(after)
    this.transport.open()
  }

  close(): void {
    this.transport.close()
    this.listener.state('ended')
  }

  /** Say something to the server; lost when there is no connection. */
  say(frame: Record<string, unknown>): void {
    this.transport.say(frame)
  }

  private address(): string {
    this.follow.reopen()
    const query = new URLSearchParams({ epoch: this.epoch, after: String(this.follow.position) })
    return `${location.origin.replace(/^http/, 'ws')}/ws?${query}`
  }

  private hear(text: string): void {
    const frame = decode(text)
    switch (frame.kind) {
      case 'hello':
        this.transport.settle()
        this.follow.hello(frame.seq)
        return this.listener.state(this.follow.isCaughtUp ? 'live' : 'catching-up')
      case 'heartbeat':
        this.follow.heartbeat(frame.seq)
        return this.tellLive()
      case 'resync':
        this.transport.close()
        return this.listener.resync()
      case 'whisper':
        return this.listener.whisper(frame.whisper)
      case 'event':
        return this.take(frame.event)
      case 'fault':
        return this.mend()
    }
  }

  /** An event may have been in what cannot be read: ask again, and where that does not help, for everything. */
  private mend(): void {
    this.faults++
    if (this.faults === 1) return this.transport.lose()
    this.faults = 0
    this.transport.close()
    this.listener.resync()
  }

  private take(event: LiveEvent): void {
    const place = this.follow.take(event)
    if (place === 'gap') return this.transport.reopen() // ask again from the last one we have
    if (place === 'again') return
    this.faults = 0
    this.listener.event(event)
    this.tellLive()
  }

  private tellLive(): void {
    if (this.follow.isCaughtUp) this.listener.state('live')
  }
}
