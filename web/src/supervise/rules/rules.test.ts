import { expect, test } from 'vitest'
import type { RuleOut } from '@/api/schema'
import { type Step, ordered, stepsTo } from './order'
import { asFields, troubles } from './checks'
import { type Condition, type RuleForm, blankForm, blankPart, conditionOf, formOf, newBody, patchBody, wordsOf } from './rule'
import { type Words, piecesOf } from './saying'
import { linesOf } from './trying'

const rule = (id: string, position: number, words: string[] | null = ['x'], enabled = true): RuleOut => ({
  id, device_id: 'd', name: id, position, division_id: 'v', enabled, is_deleted: false,
  condition: words ? { type: 'text_contains', words } : { type: 'always' },
})
const ids = (rules: { id: string; position: number }[]) => ordered(rules).map((each) => each.id).join('')

/** Apply the steps; every one but the last must leave the order alone. */
function walk(rules: RuleOut[], steps: Step[]): string {
  const known = new Map(rules.map((each) => [each.id, { ...each }]))
  const before = ids(rules)
  for (const [at, step] of steps.entries()) {
    known.get(step.id)!.position = step.position
    if (at < steps.length - 1) expect(ids([...known.values()])).toBe(before)
  }
  return ids([...known.values()])
}

test.each([
  [[0, 1, 2, 3], 'b', 0, 'bacd'],
  [[0, 1, 2, 3], 'a', 3, 'bcda'],
  [[0, 1, 2, 3], 'd', 1, 'adbc'],
  [[0, 0, 0, 0], 'c', 0, 'cabd'],
  [[5, 9_000, 9_001, 9_002], 'd', 1, 'adbc'],
  [[5, 9_000, 9_001, 9_002], 'a', 1, 'bacd'],
])('positions %j: %s to place %i', (positions, id, to, after) => {
  const rules = positions.map((position, at) => rule('abcd'[at]!, position))
  expect(walk(rules, stepsTo(rules, id, to))).toBe(after)
})

test('one change is enough where there is room, none where nothing moves', () => {
  const rules = [rule('a', 1_000), rule('b', 2_000), rule('c', 3_000)]
  expect(stepsTo(rules, 'c', 1)).toEqual([{ id: 'c', position: 1_500 }])
  expect(stepsTo(rules, 'b', 1)).toEqual([])
})

test('words are typed with commas, each once', () => {
  expect(wordsOf(' resi, paket,, resi ,kurir cepat')).toEqual(['resi', 'paket', 'kurir cepat'])
})

const form: RuleForm = { ...blankForm(['v', 'w']), part: { ...blankPart(), words: 'a, b' } }
const hours: Condition = { type: 'hours', days: ['mon', 'tue', 'wed', 'sat'], from: '09:00', to: '17:00', time_zone: null, is_outside: false }
const menu: Condition = { type: 'menu', text: 'Which?', choices: [{ label: 'Sales', division_id: 'v', words: ['price'] }, { label: 'Care', division_id: 'w', words: [] }], wait_minutes: 5 }
const said: Words = { word: (key) => key, label: (id) => id.toUpperCase() }

test('a rule without a name is called by what its condition says', () => {
  expect(newBody({ ...form, name: ' ' }, 'd', 'a, b')).toMatchObject({ name: 'a, b', division_id: 'v', condition: { type: 'text_contains', words: ['a', 'b'] } })
  expect(newBody({ ...form, kind: 'always', name: 'All' }, 'd', 'always')).toMatchObject({ name: 'All', condition: { type: 'always' } })
})

test('only what changed is sent', () => {
  expect(patchBody({ ...form, name: 'N' }, { enabled: false }, 'x')).toEqual({ enabled: false })
  expect(patchBody({ ...form, name: 'N' }, { part: form.part }, 'x')).toEqual({ condition: { type: 'text_contains', words: ['a', 'b'] }, division_id: 'v' })
  expect(patchBody({ ...form, kind: 'menu' }, { kind: 'menu' }, 'x')).toMatchObject({ division_id: null, name: 'x' })
})

test('a name that repeats the condition follows it', () => {
  const known = formOf({ ...rule('a', 0, ['x', 'y']), name: 'x, y' }, 'x, y', ['v'])
  expect(known.name).toBe('')
  expect(patchBody(known, { part: known.part }, 'z')).toMatchObject({ name: 'z' })
})

test.each<Condition>([
  { type: 'text_contains', words: ['a'] }, { type: 'text_matches', pattern: '^a' }, { type: 'contact_label', label_ids: ['l'] }, hours, menu, { type: 'always' },
  { type: 'all_of', conditions: [hours, { type: 'text_contains', words: ['b'] }] } as Condition,
])('a form gives back the condition that it was made of: %j', (condition) => {
  expect(conditionOf(formOf({ ...rule('a', 0), condition }, '', ['v', 'w']))).toEqual(condition)
})

test('conditions are said in words, several days in a row by the first and the last', () => {
  expect(piecesOf(hours, said)).toEqual([{ lead: 'within', said: 'days.mon–days.wed, days.sat 09:00–17:00' }])
  expect(piecesOf({ type: 'all_of', conditions: [hours, { type: 'contact_label', label_ids: ['vip'] }] } as Condition, said)[1]).toEqual({ lead: 'labelIs', said: 'VIP' })
  expect(piecesOf(menu, said)).toEqual([{ lead: 'asks', said: 'Sales, Care' }])
})

test('what is missing is told beside its field', () => {
  expect(troubles({ ...form, part: blankPart() })).toEqual({ 'part.words': 'words' })
  expect(troubles({ ...form, kind: 'text_matches' })).toEqual({ 'part.pattern': 'pattern' })
  expect(troubles({ ...form, kind: 'all_of' })).toEqual({ 'parts.1.words': 'words' })
  expect(troubles({ ...form, kind: 'hours', part: { ...blankPart(), days: [], from: '9' } })).toEqual({ 'part.days': 'days', 'part.from': 'clock' })
  expect(troubles({ ...form, kind: 'always' })).toEqual({})
})

test('choices of a menu are told apart', () => {
  const choice = (label: string, words = '') => ({ label, words, division_id: 'v' })
  const of = (...choices: ReturnType<typeof choice>[]) => troubles({ ...form, kind: 'menu', menu: { text: '?', choices, wait_minutes: 10 } })
  expect(of(choice('Sales'), choice('Care', 'broken'))).toEqual({})
  expect(of(choice('Sales'), choice('sales!'))).toEqual({ 'menu.choices.1': 'choiceTwice' })
  expect(of(choice('Sales', '2'), choice(' '))).toEqual({ 'menu.choices.0': 'choiceNumber', 'menu.choices.1': 'choiceLabel' })
})

test('what the server refuses stands beside the field of the form', () => {
  expect(asFields({ kind: 'text_matches' }, { 'condition.pattern': 'r' })).toEqual({ 'part.pattern': 'r' })
  expect(asFields({ kind: 'all_of' }, { 'condition.conditions[1].pattern': 'r' })).toEqual({ 'parts.1.pattern': 'r' })
  expect(asFields({ kind: 'menu' }, { 'condition.choices[0].label': 'r', 'condition.choices': 's', name: 'n' })).toEqual({ 'menu.choices.0': 'r', 'menu.choices': 's', name: 'n' })
})

test('a try-out shows each rule up to the one that decides', () => {
  const rules = [rule('a', 0, ['bocor'], false), rule('b', 1, ['promo']), rule('c', 2, ['Resi']), rule('d', 3, null)]
  const verdicts = ['disabled', 'no_word', 'matches'] as const
  const tried = { rule_id: 'c', division_id: 'v', menu: null, agents: [], is_anyway: false, rules: verdicts.map((verdict, at) => ({ rule_id: 'abc'[at]!, name: '', verdict, detail: '' })) }
  expect(linesOf(rules, tried, 'nomor resi?').map(({ number, isWinner, word }) => [number, isWinner, word])).toEqual([
    [1, false, null], [2, false, null], [3, true, 'Resi'],
  ])
})
