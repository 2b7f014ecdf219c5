import { CircleCheck } from '@lucide/vue'
import { describe, expect, it } from 'vitest'
import { type Choice, isMeant, narrow } from './palette'

const command = (label: string): Choice => ({ kind: 'command', id: label, label, icon: CircleCheck, run: () => undefined })

describe('the palette', () => {
  it('takes beginnings of words, in any order', () => {
    expect(isMeant('Transfer to an agent or division…', 'div tra')).toBe(true)
    expect(isMeant('Transfer', 'fer')).toBe(false)
  })

  it('leaves out groups in which nothing is meant', () => {
    const groups = [
      { title: 'Go to', items: [command('Waiting'), command('Resolved')] },
      { title: 'This conversation', items: [command('Release')] },
    ]
    expect(narrow(groups, 'wai')).toEqual([{ title: 'Go to', items: [groups[0]!.items[0]] }])
    expect(narrow(groups, '')).toHaveLength(2)
  })
})
