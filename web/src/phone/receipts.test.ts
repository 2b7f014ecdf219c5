import { expect, it } from 'vitest'
import type { Line } from './api'
import { dueReceipts } from './receipts'

const arrived = (id: string, status: string, is_own = false) => ({ id, status, is_own }) as Line
const open = [arrived('a', 'sent'), arrived('b', 'delivered'), arrived('c', 'read'), arrived('d', 'sent', true), arrived('e', 'unknown')]

it('what arrived is confirmed, what is shown is read, each once', () => {
  const sent = new Set<string>()
  const due = () => dueReceipts(['a', 'x'], open, { delivers: true, reads: true }, sent).map((each) => `${String(each['id'])} ${String(each['status'])}`)
  expect(due()).toEqual(['a delivered', 'x delivered', 'a read', 'b read'])
  expect(due()).toEqual([])
})

it('held back receipts go out when they are switched on again', () => {
  const sent = new Set<string>()
  expect(dueReceipts(['a'], open, { delivers: false, reads: false }, sent)).toEqual([])
  expect(dueReceipts(['a'], open, { delivers: true, reads: false }, sent)).toEqual([{ type: 'receipt', id: 'a', status: 'delivered' }])
})
