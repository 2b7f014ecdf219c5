import { expect, test } from 'vitest'
import type { LabelOut } from '@/api/schema'
import { markingsOf } from './markings'

const labels: LabelOut[] = ['VIP', 'Refund', 'Damaged'].map((name, at) => ({ id: name, name, color: at + 1, is_deleted: false }))
const conversation = { labels: ['Refund'], contact: { id: 'c', name: '', number: '1', labels: ['VIP'], is_blocked: false } }
const names = (on: 'conversation' | 'contact', text = '') => markingsOf(labels, conversation, on, text).map((each) => each.label.name)

test('what is set stands first, the rest by name', () => {
  expect(names('conversation')).toEqual(['Refund', 'Damaged', 'VIP'])
  expect(names('contact')).toEqual(['VIP', 'Damaged', 'Refund'])
})

test('typing narrows down, whatever the case', () => {
  expect(names('contact', ' d')).toEqual(['Damaged', 'Refund'])
  expect(names('contact', 'nothing')).toEqual([])
})

test('one label is two markings', () => {
  expect(new Set([...markingsOf(labels, conversation, 'contact', ''), ...markingsOf(labels, conversation, 'conversation', '')].map((each) => each.id)).size).toBe(6)
})
