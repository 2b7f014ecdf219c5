/* The ticks that this phone sends: delivered when a message arrives, read when its chat is open. */
import type { HookBody, Line } from './api'

export interface Willing {
  delivers: boolean
  reads: boolean
}

/** Return the receipts that are due, each once: `sent` remembers them. */
export function dueReceipts(unconfirmed: readonly string[], open: readonly Line[], willing: Willing, sent: Set<string>): HookBody[] {
  const delivered = willing.delivers ? unconfirmed.map((id) => receipt(id, 'delivered')) : []
  const isUnread = (line: Line) => !line.is_own && (line.status === 'sent' || line.status === 'delivered')
  const read = willing.reads ? open.filter(isUnread).map((line) => receipt(line.id, 'read')) : []
  const isNew = (body: HookBody) => {
    const key = `${String(body['id'])} ${String(body['status'])}`
    return !sent.has(key) && Boolean(sent.add(key))
  }
  return [...delivered, ...read].filter(isNew)
}

const receipt = (id: string, status: 'delivered' | 'read'): HookBody => ({ type: 'receipt', id, status })
