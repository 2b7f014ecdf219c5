import { describe, expect, it } from 'vitest'
import type { ConversationOut } from '@/api/schema'
import { obstacleToReopen, obstacleToReturn } from './undoing'

const place = { contact: { id: 'nadia' }, device: { id: 'shop' } }
const conversation = (id: string, assignee_id: string | null) => ({ ...place, id, assignee_id }) as ConversationOut

describe('undoing a release or a transfer', () => {
  it('is possible while it stands where it was put', () => {
    expect(obstacleToReturn(null, conversation('c', null), 'me')).toBeNull()
    expect(obstacleToReturn('budi', conversation('c', 'budi'), 'me')).toBeNull()
  })

  it('names who has it since', () => {
    expect(obstacleToReturn(null, conversation('c', 'budi'), 'me')).toEqual({ kind: 'owner', agent: 'budi' })
    expect(obstacleToReturn('budi', conversation('c', 'citra'), 'me')).toEqual({ kind: 'owner', agent: 'citra' })
    expect(obstacleToReturn(null, conversation('c', 'me'), 'me')).toEqual({ kind: 'yours' })
  })

  it('is over once it was given back; the server knows of what left my sight', () => {
    expect(obstacleToReturn('budi', conversation('c', null), 'me')).toEqual({ kind: 'waiting' })
    expect(obstacleToReturn(null, undefined, 'me')).toBeNull()
  })
})

describe('undoing a resolution', () => {
  const resolved = conversation('c', 'me')
  const other = { ...conversation('d', 'me'), contact: { id: 'yusuf' } } as ConversationOut

  it('is possible while it is resolved and the latest of the customer', () => {
    expect(obstacleToReopen(resolved, [other])).toBeNull()
    expect(obstacleToReopen(resolved, [other, conversation('e', null)])).toEqual({ kind: 'newer' })
  })

  it('is over once it is open again, and says who has it', () => {
    expect(obstacleToReopen(resolved, [conversation('c', 'me')])).toEqual({ kind: 'open' })
    expect(obstacleToReopen(resolved, [conversation('c', null)])).toEqual({ kind: 'open' })
    expect(obstacleToReopen(resolved, [conversation('c', 'budi')])).toEqual({ kind: 'owner', agent: 'budi' })
  })
})
