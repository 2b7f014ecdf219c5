import { expect, test } from 'vitest'
import type { TemplateOut } from '@/api/schema'
import { AUTOMATIC_VALUES } from '../divisions/division'
import { marksOf, piecesOf } from './pieces'
import { bodyOf, byUses, formOf, goOn, outcomesOf, patchOf, placeOf, search, shortcutTrouble } from './template'

const template: TemplateOut = {
  id: 't', name: 'Store', shortcut: 'where', text: 'We are here.', attachment: null,
  location: { latitude: -6.2, longitude: 106.8, name: 'Store' }, poll: null, division_ids: ['v'], is_deleted: false,
  uses: 0, last_used_at: null,
}

test('a text falls into text, values and blanks; other braces are text', () => {
  expect(piecesOf('Hi {contact.name}, {x} {?day}')).toEqual([
    { kind: 'text', text: 'Hi ' },
    { kind: 'value', name: 'contact.name' },
    { kind: 'text', text: ', {x} ' },
    { kind: 'blank', name: 'day' },
  ])
  expect(piecesOf('')).toEqual([])
})

test('cut for marking, a text stays letter for letter what was written', () => {
  const text = 'Hi {contact.name},\n{x} {?day}{?day} {?'
  expect(marksOf(text).map((mark) => mark.raw).join('')).toBe(text)
  expect(marksOf(text).filter((mark) => mark.kind !== 'text').map((mark) => mark.raw)).toEqual(['{contact.name}', '{?day}', '{?day}'])
})

test('in a text that is sent by itself only what it takes is marked', () => {
  const text = '{contact.name} {contact.Tier} {agent.name} {?day}'
  expect(marksOf(text, AUTOMATIC_VALUES).filter((mark) => mark.kind !== 'text')).toEqual([{ kind: 'value', raw: '{contact.name}' }])
  expect(marksOf(text, AUTOMATIC_VALUES).map((mark) => mark.raw).join('')).toBe(text)
})

test('a template goes to its form and back', () => {
  expect(bodyOf(formOf(template))).toEqual({
    name: 'Store', shortcut: 'where', text: 'We are here.', media_id: null,
    location: { latitude: -6.2, longitude: 106.8, name: 'Store' }, poll: null, division_ids: ['v'],
  })
  expect(patchOf({ text: 'x' })).toEqual({ text: 'x' })
  expect(patchOf({ location: null })).toEqual({ location: null })
})

test('a place is read from degrees or from a map link', () => {
  expect(placeOf({ coordinates: '-6.2088,106.8456', name: ' A ' })).toEqual({ latitude: -6.2088, longitude: 106.8456, name: 'A' })
  expect(placeOf({ coordinates: 'https://maps.example/place/@-6.9,107.6,17z', name: '' })).toMatchObject({ latitude: -6.9, longitude: 107.6 })
  expect(placeOf({ coordinates: '96, 10', name: '' })).toBeNull()
  expect(placeOf({ coordinates: 'Jakarta', name: '' })).toBeNull()
})

test('a shortcut has letters, digits, - and _, and is used once whatever its case', () => {
  expect(shortcutTrouble('jam_1', ['hi'])).toBeNull()
  expect(shortcutTrouble('jam buka', [])).toBe('pattern')
  expect(shortcutTrouble('', [])).toBe('pattern')
  expect(shortcutTrouble('HI', ['hi'])).toBe('used')
})

test('every word must occur somewhere', () => {
  expect(search([template], '/where HERE')).toHaveLength(1)
  expect(search([template], 'where there')).toHaveLength(0)
})

test('those used most come first, and by name where equal', () => {
  const named = (name: string, uses: number): TemplateOut => ({ ...template, name, uses })
  expect(byUses([named('b', 1), named('c', 9), named('a', 1)]).map((each) => each.name)).toEqual(['c', 'a', 'b'])
})

test('what was left of an archive is told by the next time, and all else by the first', () => {
  const items = (...outcomes: ('added' | 'unchanged' | 'left')[]) => outcomes.map((outcome) => ({ name: 'T', shortcut: 't', outcome, errors: {} }))
  expect(goOn(items('added', 'left', 'left'), items('unchanged', 'added', 'left'))).toEqual(items('added', 'added', 'left'))
})

test('what became of an archive is counted, and what was refused is named', () => {
  const item = (outcome: 'added' | 'refused') => ({ name: 'T', shortcut: 't', outcome, errors: outcome === 'refused' ? { text: 'Wrong' } : {} as Record<string, string> })
  expect(outcomesOf([item('refused'), item('added'), item('added')])).toEqual({ counts: [['added', 2], ['refused', 1]], refused: [item('refused')] })
  expect(outcomesOf([])).toEqual({ counts: [], refused: [] })
})
