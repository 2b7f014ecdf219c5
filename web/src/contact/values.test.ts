import { expect, test } from 'vitest'
import type { FieldOut } from '@/api/schema'
import { changed, inOrder, optionsOf, shown } from './values'

const field = (given: Partial<FieldOut>): FieldOut => ({ id: 'f', name: 'F', kind: 'text', choices: [], position: 1, is_deleted: false, ...given })

test('fields stand in their order, made first where it is the same', () => {
  const fields = [field({ id: 'c', position: 2 }), field({ id: 'b' }), field({ id: 'a' })]
  expect(inOrder(fields).map((each) => each.id)).toEqual(['a', 'b', 'c'])
})

test('only what was changed is sent, and what was emptied as empty', () => {
  expect(changed({ a: 'Gold', b: 'x' }, { a: 'Gold ', b: '', c: '', d: 'new' })).toEqual({ b: '', d: 'new' })
})

test('a value that is no choice any more can stay', () => {
  const tier = field({ kind: 'choice', choices: ['Gold', 'Silver'] })
  expect(optionsOf(tier, 'Bronze')).toEqual(['', 'Gold', 'Silver', 'Bronze'])
  expect(optionsOf(tier, '')).toEqual(['', 'Gold', 'Silver'])
})

test('days and numbers are written as they are read, other values as they are', () => {
  expect(shown(field({ kind: 'date' }), '1990-01-31', 'en')).toBe('31 Jan 1990')
  expect(shown(field({ kind: 'date' }), 'soon', 'en')).toBe('soon')
  expect(shown(field({ kind: 'number' }), '12.5', 'id')).toBe('12,5')
  expect(shown(field({ kind: 'number' }), '2026', 'en')).toBe('2026')
  expect(shown(field({ kind: 'number' }), '0812', 'id')).toBe('0812')
  expect(shown(field({}), '1990-01-31', 'en')).toBe('1990-01-31')
})
