import { expect, test } from 'vitest'
import { changesOf, merge, standing } from './changes'

const saved = { name: 'Sales', limit: 4 as number | null, words: ['a'] }

test('only fields that differ are changes', () => {
  expect(changesOf(saved, { ...saved, words: ['a'] })).toEqual({})
  expect(changesOf(saved, { ...saved, limit: null, words: ['a', 'b'] })).toEqual({ limit: null, words: ['a', 'b'] })
})

test('what somebody else saved comes in where nothing was touched', () => {
  const merged = merge(saved, { ...saved, name: 'Sales A' }, { ...saved, limit: 9 })
  expect(merged).toEqual({ form: { name: 'Sales A', limit: 9, words: ['a'] }, isCrossed: false })
})

test('a field that both touched keeps what is typed here, and says so', () => {
  const merged = merge(saved, { ...saved, name: 'Mine' }, { ...saved, name: 'Theirs' })
  expect(merged).toEqual({ form: { ...saved, name: 'Mine' }, isCrossed: true })
  expect(merge(saved, { ...saved, name: 'Same' }, { ...saved, name: 'Same' }).isCrossed).toBe(false)
})

test('an error stands until its field is changed', () => {
  const errors = { name: 'In use.', 'words.0': 'Empty.' }
  expect(standing(errors, saved, saved)).toEqual(errors)
  expect(standing(errors, saved, { ...saved, name: 'Other' })).toEqual({ 'words.0': 'Empty.' })
})
