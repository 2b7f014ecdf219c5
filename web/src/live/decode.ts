/* What the server's text says: a frame that can be used, or a fault; never an exception. Pure. */
import type { Ephemeral, LiveEvent } from './events'

export type Frame =
  | { kind: 'hello' | 'heartbeat'; seq: number }
  | { kind: 'resync' }
  | { kind: 'event'; event: LiveEvent }
  | { kind: 'whisper'; whisper: Ephemeral }
  /** Nothing of it can be used: what came may be an event, so one had better ask again. */
  | { kind: 'fault' }
  /** A later server says something that this page does not know. */
  | { kind: 'unknown' }

const WHISPERS: Record<Ephemeral['type'], true> = {
  'agent.present': true, 'agent.absent': true, 'typing.started': true, 'typing.stopped': true, 'viewing.started': true,
  'viewing.stopped': true, 'draft.changed': true, 'conversation.read': true,
}
const FAULT: Frame = { kind: 'fault' }
const isNumber = (value: unknown): value is number => Number.isSafeInteger(value)

export function decode(text: unknown): Frame {
  const said = parse(text)
  if (!said || typeof said['type'] !== 'string') return FAULT
  const { type, seq, prev } = said
  if (type === 'resync') return { kind: 'resync' }
  if (type === 'hello' || type === 'heartbeat') return isNumber(seq) ? { kind: type, seq } : FAULT
  if (seq !== undefined || prev !== undefined) {
    return isNumber(seq) && isNumber(prev) && prev < seq ? { kind: 'event', event: said as unknown as LiveEvent } : FAULT
  }
  return Object.hasOwn(WHISPERS, type) ? { kind: 'whisper', whisper: said as unknown as Ephemeral } : { kind: 'unknown' }
}

function parse(text: unknown): Record<string, unknown> | null {
  try {
    const said: unknown = JSON.parse(String(text))
    return typeof said === 'object' && said !== null && !Array.isArray(said) ? (said as Record<string, unknown>) : null
  } catch {
    return null
  }
}
