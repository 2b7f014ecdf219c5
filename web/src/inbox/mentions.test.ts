import { expect, test } from 'vitest'
import type { AgentOut } from '@/api/schema'
import { callable, calledIn, cut, findCallable } from './mentions'

const agent = (id: string, name: string, more: Partial<AgentOut> = {}): AgentOut => ({
  id, name, device_id: 'd', division_id: 'sales', user_id: null, enabled: true, limit: null, weight: 1, sees: 'division', is_deleted: false,
  presence: 'online', presence_by: null, away_reason: '', ...more,
})
const ani = agent('1', 'Ani')
const anita = agent('2', 'Anita (Toko)')
const budi = agent('3', 'Budi Santoso')

test('who sees the conversation can be called: its division, its owner, supervisors; nobody else and not oneself', () => {
  const agents = [ani, budi, agent('4', 'Citra', { division_id: 'support' }), agent('5', 'Dewi', { sees: 'own' }), agent('6', 'Eka', { sees: 'own' }),
    agent('7', 'Fajar', { user_id: 'u', division_id: null }), agent('8', 'Gita', { enabled: false })]
  const found = callable(agents, { assignee_id: '5', division_id: 'sales' }, '1')
  expect(found.map((each) => each.name)).toEqual(['Budi Santoso', 'Dewi', 'Fajar'])
})

test('a colleague is found by the beginning of any word of the name, without accents', () => {
  const jose = agent('9', 'José Ramos')
  expect(findCallable([ani, budi, jose], 'sa')).toEqual([budi])
  expect(findCallable([ani, budi, jose], 'jose')).toEqual([jose])
  expect(findCallable([ani, budi, jose], 'os')).toEqual([])
  expect(findCallable([ani, budi, jose], '')).toHaveLength(3)
})

test('of names that begin alike the longer one is called, and marks in a name mean nothing', () => {
  expect(calledIn('@Anita (Toko), please look; @Ani too. @Ani!', [ani, anita, budi])).toEqual(['2', '1'])
  expect(calledIn('mail me at x@Ani.id, @Anis', [ani])).toEqual([])
  expect(calledIn('nobody', [ani])).toEqual([])
})

test('two of one name are both called', () => {
  expect(calledIn('@Ani', [ani, agent('10', 'Ani')])).toEqual(['1', '10'])
})

test('a text is cut where it calls somebody, and loses nothing', () => {
  expect(cut('Ask @Budi Santoso now', [budi]).map((piece) => [piece.text, piece.agents.length])).toEqual([['Ask ', 0], ['@Budi Santoso', 1], [' now', 0]])
  expect(cut('', [budi]).map((piece) => piece.text)).toEqual([''])
  expect(cut('@Budi Santoso', []).map((piece) => piece.text)).toEqual(['@Budi Santoso'])
})
