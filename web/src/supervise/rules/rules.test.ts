import { expect, test } from 'vitest'
import type { RuleOut } from '@/api/schema'
import { type Step, ordered, stepsTo } from './order'
import { formOf, newBody, patchBody, verdicts, wordsOf } from './rule'

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

test('a rule without a name is called by its words', () => {
  const form = { name: ' ', kind: 'text_contains' as const, words: 'a, b', division_id: 'v', enabled: true }
  expect(newBody(form, 'd', 'Always')).toMatchObject({ name: 'a, b', condition: { type: 'text_contains', words: ['a', 'b'] } })
  expect(newBody({ ...form, kind: 'always' }, 'd', 'Always')).toMatchObject({ name: 'Always', condition: { type: 'always' } })
})

test('only what changed is sent', () => {
  const form = formOf(rule('a', 0, ['x', 'y']))
  expect(patchBody(form, { enabled: false }, 'Always')).toEqual({ enabled: false })
  expect(patchBody({ ...form, words: 'z' }, { words: 'z' }, 'Always')).toEqual({ condition: { type: 'text_contains', words: ['z'] } })
})

test('a name that repeats the words follows them', () => {
  const form = formOf({ ...rule('a', 0, ['x', 'y']), name: 'x, y' })
  expect(form.name).toBe('')
  expect(patchBody({ ...form, words: 'z' }, { words: 'z' }, 'Always')).toMatchObject({ name: 'z' })
})

test('rules are read up to the one that wins', () => {
  const rules = [rule('a', 0, ['bocor'], false), rule('b', 1, ['promo']), rule('c', 2, ['Resi']), rule('d', 3, null)]
  expect(verdicts(rules, 'c', 'nomor resi?').map(({ number, kind, word }) => [number, kind, word])).toEqual([
    [1, 'off', null], [2, 'no', null], [3, 'wins', 'Resi'],
  ])
  expect(verdicts(rules, null, 'hi')).toHaveLength(4)
})
