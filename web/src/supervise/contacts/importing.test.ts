import { expect, test } from 'vitest'
import type { ImportOut } from '@/api/schema'
import { together } from './importing'

const piece = (line: number, next_line: number | null): ImportOut => ({
  added: 1, changed: 2, unchanged: 3, failed: 1, faults: [{ line, column: 'number', code: 'number', about: '', message: 'Wrong' }], unused_columns: ['Email'], next_line,
})

test('pieces of a file are told as one, with the place where it goes on', () => {
  expect(together(null, piece(2, 5))).toEqual(piece(2, 5))
  const both = together(piece(2, 5), piece(6, null))
  expect([both.added, both.changed, both.unchanged, both.failed, both.next_line]).toEqual([2, 4, 6, 2, null])
  expect(both.faults.map((fault) => fault.line)).toEqual([2, 6])
  expect(both.unused_columns).toEqual(['Email'])
})

test('no more faults are told than one answer has', () => {
  const many = { ...piece(2, 5), faults: Array.from({ length: 150 }, (_, line) => ({ line, column: '', code: 'number' as const, about: '', message: '' })) }
  expect(together(many, many).faults).toHaveLength(200)
})
