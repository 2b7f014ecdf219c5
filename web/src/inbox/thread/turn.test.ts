import { describe, expect, it } from 'vitest'
import type { TurnOut } from '@/api/schema'
import { recordOf } from './turn'

function turn(number: number, agent: string, more: Partial<TurnOut> = {}): TurnOut {
  return {
    id: `t${number}`, division_id: 'v', number, rotation: 'full', cycle: 5, agent_id: agent, conversation_id: 'c',
    eligible: ['a', 'b', 'c'], weights: {}, excluded: {}, is_anyway: false, at: '', ...more,
  }
}

describe('recordOf', () => {
  it('parts who could be drawn from who had a turn in the cycle', () => {
    const record = recordOf(turn(9, 'b', { excluded: { d: 'away' } }), [turn(9, 'b'), turn(8, 'a'), turn(7, 'c', { cycle: 4 }), turn(10, 'c')])
    expect(record).toEqual({
      drawable: ['b', 'c'],
      had: [{ id: 'a', number: 8 }],
      skipped: [{ id: 'd', reason: 'away' }],
      ring: ['last', 'had', 'has'],
    })
  })

  it('leaves out the last one of the cycle before at the start of a cycle', () => {
    expect(recordOf(turn(9, 'b'), [turn(8, 'c', { cycle: 4 }), turn(7, 'a', { cycle: 4 })])).toMatchObject({
      drawable: ['b', 'a'],
      had: [{ id: 'c', number: 8 }],
    })
  })

  it('knows no cycle under partial rotation', () => {
    const partial = { rotation: 'partial' as const, cycle: null }
    expect(recordOf(turn(9, 'b', partial), [turn(8, 'a', partial)])).toMatchObject({ drawable: ['b', 'a', 'c'], had: [] })
  })

  it('does not call skipped who got it anyway', () => {
    const anyway = turn(9, 'a', { eligible: ['a'], excluded: { a: 'offline', b: 'full' }, is_anyway: true })
    expect(recordOf(anyway, [])).toMatchObject({ drawable: ['a'], skipped: [{ id: 'b', reason: 'full' }] })
  })
})
