import { expect, test } from 'vitest'
import type { RotatorBrief } from '@/api/schema'
import { fieldOf, standing } from '../changes'
import { bodyOf, formOf, numberTroubles, totalOf, withPasted } from './rotator'

const rotator: RotatorBrief = {
  id: 'r', target: 'rotator#1', name: 'Leads', rotation: 'partial', is_deleted: false,
  numbers: [{ number: '6281200000001', weight: 3 }, { number: '6281200000002' }],
}

test('a rotator goes to its form and back', () => {
  expect(bodyOf({ ...formOf(rotator), name: ' Leads ' })).toEqual({
    name: 'Leads', rotation: 'partial',
    numbers: [{ number: '6281200000001', weight: 3 }, { number: '6281200000002', weight: 1 }],
  })
})

test('what is wrong with a number stands beside that number', () => {
  const numbers = [{ number: '0812 3456 7890', weight: 1 }, { number: '0812', weight: 101 }, { number: '', weight: NaN }]
  expect(numberTroubles(numbers)).toEqual({
    'numbers[1].number': 'number', 'numbers[1].weight': 'weight', 'numbers[2].number': 'number', 'numbers[2].weight': 'weight',
  })
  expect(numberTroubles(formOf(rotator).numbers)).toEqual({})
})

test('an error of one number stands until the list changes', () => {
  const refused = formOf(rotator)
  const errors = { 'numbers[1].number': 'Twice.' }
  expect(fieldOf('numbers[1].number')).toBe('numbers')
  expect(standing(errors, refused, { ...refused, name: 'x' })).toEqual(errors)
  expect(standing(errors, refused, { ...refused, numbers: [] })).toEqual({})
})

test('several lines that are pasted become numbers of their own', () => {
  const numbers = [{ number: '1', weight: 5 }, { number: '2', weight: 1 }]
  expect(withPasted(numbers, 0, '0812\n0813, 0814;')).toEqual([
    { number: '0812', weight: 5 }, { number: '0813', weight: 5 }, { number: '0814', weight: 5 }, { number: '2', weight: 1 },
  ])
  expect(withPasted(numbers, 0, '0812 3456 7890')).toBeNull()
  expect(withPasted(numbers, 1, Array.from({ length: 300 }, (_, at) => at).join('\n'))).toHaveLength(200)
})

test('picks add up', () => expect(totalOf({ a: 2, b: 3 })).toBe(5))
