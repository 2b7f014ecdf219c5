import { expect, test } from 'vitest'
import { hasLabel, known, labelsOf, toggled } from './labels'

const all = new Map(['a', 'b', 'c'].map((id) => [id, { id, name: id.toUpperCase() }]))
const conversation = { labels: ['b', 'gone'], contact: { labels: ['a', 'b'] } }

test('a conversation shows its own labels, then those of its contact, each once', () => {
  expect(labelsOf(conversation, all).map((each) => each.name)).toEqual(['B', 'A'])
})

test('labels that are gone are not shown', () => {
  expect(known(['gone', 'c'], all).map((each) => each.id)).toEqual(['c'])
})

test('a label counts whether it is on the conversation or on its contact', () => {
  expect(['a', 'b', 'c'].map((id) => hasLabel(conversation, id))).toEqual([true, true, false])
})

test('a label is put on or taken off', () => {
  expect(toggled(['a'], 'b')).toEqual(['a', 'b'])
  expect(toggled(['a', 'b'], 'a')).toEqual(['b'])
})
