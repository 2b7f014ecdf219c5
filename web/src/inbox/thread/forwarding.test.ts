import { describe, expect, it } from 'vitest'
import type { ConversationOut, MessageOut } from '@/api/schema'
import { canForward, conversationsFor, numbersFor } from './forwarding'

const conversation = (id: string, name: string) => ({ id, contact: { id, name, number: '628110000417' } }) as ConversationOut
const mine = [conversation('a', 'Nadia'), conversation('b', 'Joko')]

describe('where a message can be forwarded to', () => {
  it('is any of mine but its own', () => {
    expect(conversationsFor(mine, 'a', '').map((each) => each.id)).toEqual(['b'])
    expect(conversationsFor(mine, null, 'nad').map((each) => each.id)).toEqual(['a'])
  })

  it.each([['0811 000 0417', 1], ['+62 (811) 417', 1], ['Nadia', 0], ['0811', 0], ['', 0]])('is the number in %o', (text, count) =>
    expect(numbersFor(text)).toHaveLength(count),
  )

  it('is nowhere for a note, or what is gone', () => {
    const line = { direction: 'in', kind: 'text', is_deleted: false } as MessageOut
    expect([line, { ...line, direction: 'note' as const }, { ...line, is_deleted: true }].map(canForward)).toEqual([true, false, false])
  })
})
