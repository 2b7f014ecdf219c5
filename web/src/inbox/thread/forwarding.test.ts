import { describe, expect, it } from 'vitest'
import type { ConversationOut, MessageOut } from '@/api/schema'
import { canForward, conversationsFor, forwardable, numbersFor } from './forwarding'

const conversation = (id: string, name: string) => ({ id, contact: { id, name, number: '628110000417' } }) as ConversationOut
const mine = [conversation('a', 'Nadia'), conversation('b', 'Joko')]

describe('which message is forwarded where none is named', () => {
  const line = (id: string, direction: MessageOut['direction'] = 'in') => ({ id, direction, kind: 'text', is_deleted: false }) as MessageOut
  const lines = [line('1'), line('2', 'out'), line('3', 'note')]

  it('is the newest that can be', () => expect(forwardable(lines, null)?.id).toBe('2'))
  it('is the one that is being answered', () => expect(forwardable(lines, '1')?.id).toBe('1'))
  it('is none where there is none', () => expect(forwardable([line('3', 'note')], '3')).toBeUndefined())
})

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
