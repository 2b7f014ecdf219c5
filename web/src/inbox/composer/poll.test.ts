import { describe, expect, it } from 'vitest'
import { pollOf } from './poll'

const form = (name: string, choices: string[]) => ({ name, choices, isMultiple: false })

describe('pollOf', () => {
  it('leaves out empty choices past the second', () => {
    expect(pollOf(form(' When? ', ['a ', ' ', 'b', '']))).toEqual({ poll: { name: 'When?', choices: ['a', 'b'], is_multiple: false }, errors: { choices: {} } })
  })

  it('wants a question and two different choices', () => {
    expect(pollOf(form('', ['', '']))).toEqual({ poll: null, errors: { name: true, choices: { 0: 'missing', 1: 'missing' } } })
    expect(pollOf(form('x', ['a', '']))).toEqual({ poll: null, errors: { choices: { 1: 'missing' } } })
    expect(pollOf(form('x', ['a', 'b', 'a']))).toEqual({ poll: null, errors: { choices: { 2: 'twice' } } })
  })
})
