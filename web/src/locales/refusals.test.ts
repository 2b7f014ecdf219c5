import { expect, test } from 'vitest'
import { i18n, loadWords, setLanguage } from './index'
import { inWords } from './refusals'

const refusal = (code: string, facts: Record<string, unknown> = {}) => ({ code, detail: 'The server says.', facts })

test('the server speaks for itself until the words are there', () => {
  expect(inWords(refusal('not_found')).detail).toBe('The server says.')
})

test('a refusal is told in the language that is set, by reason, owner and code', async () => {
  await loadWords('refused')
  await setLanguage('id')
  const told = (code: string, facts?: Record<string, unknown>) => inWords(refusal(code, facts)).detail
  expect(told('conflict', { reason: 'not_owner', owner: { id: '1', name: 'Budi' } })).toBe('Percakapan ini ditangani Budi. Ambil dulu.')
  expect(told('conflict', { reason: 'not_owner', owner: null })).toBe('Belum ada yang menangani percakapan ini. Ambil dulu.')
  expect(told('conflict', { reason: 'open_elsewhere' })).toContain('Minta supervisor')
  expect(told('too_many', { retry_after: 7 })).toContain('7 detik')
  expect(told('conflict', { reason: 'blocked' })).toContain('diblokir')
})

test('what is said nowhere else stays in the words of the server', async () => {
  await loadWords('refused')
  expect(inWords(refusal('invalid_input', { errors: { text: 'Too long.' } }))).toEqual(refusal('invalid_input', { errors: { text: 'Too long.' } }))
  expect(inWords(refusal('gateway_rejected')).detail).toBe('The server says.')
})

test('a field that conflicts says so in the language that is set', async () => {
  await loadWords('refused')
  await setLanguage('id')
  const { facts } = inWords(refusal('conflict', { reason: 'name_in_use', errors: { name: 'In use. Give another one.' } }))
  expect(facts['errors']).toEqual({ name: 'Sudah dipakai. Isi yang lain.' })
  await setLanguage('en')
  expect(i18n.global.locale.value).toBe('en')
})
