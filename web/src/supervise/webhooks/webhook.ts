/* A webhook as its form holds it, and what its state is called. Pure. */
import type { AnyEvent, DeliveryOut, WebhookIn, WebhookOut } from '@/api/schema'

export interface WebhookForm {
  url: string
  event_types: string[]
  device_ids: string[]
  enabled: boolean
}

/** Every event, so that one that is added to the server cannot be forgotten here. */
const EVENTS: Record<AnyEvent['type'], true> = {
  'message.received': true, 'message.queued': true, 'message.sent': true, 'message.delivered': true,
  'message.read': true, 'message.failed': true, 'message.unknown': true, 'message.updated': true,
  'note.added': true,
  'conversation.opened': true, 'conversation.routed': true, 'conversation.assigned': true,
  'conversation.transferred': true, 'conversation.released': true, 'conversation.resolved': true,
  'conversation.snoozed': true, 'conversation.reopened': true, 'conversation.undone': true, 'conversation.updated': true,
  'contact.updated': true,
  'device.connected': true, 'device.disconnected': true, 'device.changed': true,
  'agent.changed': true, 'division.changed': true, 'template.changed': true, 'label.changed': true,
  'field.changed': true, 'rotator.changed': true, 'autoreply.changed': true, 'rule.changed': true, 'webhook.changed': true, 'broadcast.created': true, 'broadcast.updated': true,
}
export const EVENT_TYPES = Object.keys(EVENTS)

export const blankWebhook = (): WebhookForm => ({ url: '', event_types: [], device_ids: [], enabled: true })

export function formOf({ url, event_types, device_ids, enabled }: WebhookOut): WebhookForm {
  return { url, event_types, device_ids, enabled }
}

export const bodyOf = (form: WebhookForm): WebhookIn => ({ ...form, url: form.url.trim() })

export const isAddress = (text: string): boolean => /^https?:\/\/\S+$/i.test(text.trim())

export type Mark = 'ok' | 'warn' | 'bad'

/** Return the colour of a delivery: one that failed and is tried again is a warning. */
export function markOf({ state, attempts }: DeliveryOut): Mark | '' {
  if (state === 'delivered') return 'ok'
  if (state === 'dead') return 'bad'
  return attempts ? 'warn' : ''
}

/** Return which words tell how a delivery stands. */
export function wordOf({ state, attempts }: DeliveryOut): 'delivered' | 'dead' | 'retrying' | 'due' {
  return state === 'due' && attempts ? 'retrying' : state
}

/** Return the address without what may be secret in it. */
export const shownUrl = (url: string): string => url.replace(/[?#].*$/s, '?…')
