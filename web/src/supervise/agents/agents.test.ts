import { expect, test } from 'vitest'
import { newBody, signInLink } from './agent'
import { QUIET, qrOf, runsOf } from './qr'

test('the link carries number and token behind the #', () => {
  const link = signInLink('https://help.example', '6281234567890', 'hd_agt_a+b c&d')
  const { pathname, search, hash } = new URL(link)
  expect([pathname, search]).toEqual(['/app/sign-in', ''])
  expect(Object.fromEntries(new URLSearchParams(hash.slice(1)))).toEqual({ device: '6281234567890', token: 'hd_agt_a+b c&d' })
})

test('a token that was not typed is left to the server', () => {
  const form = { name: ' Ani ', device_id: 'd', division_id: null, limit: 3, weight: 1, sees: 'own' as const, token: ' ' }
  expect(newBody(form)).toEqual({ name: 'Ani', device_id: 'd', division_id: null, limit: 3, weight: 1, sees: 'own', token: null })
})

test('dark squares side by side become one rectangle', () => {
  const row = [true, true, false, true]
  expect(runsOf(4, (x) => row[x]!, 2)).toEqual([
    { x: QUIET, y: 2 + QUIET, width: 2 },
    { x: 3 + QUIET, y: 2 + QUIET, width: 1 },
  ])
})

test('a code has its finder in the corner and quiet squares around', () => {
  const { size, runs } = qrOf('https://help.example/app/sign-in#device=6281234567890&token=hd_agt_x')
  expect(runs[0]).toEqual({ x: QUIET, y: QUIET, width: 7 })
  expect(runs.every((run) => run.x + run.width <= size - QUIET && run.y < size - QUIET)).toBe(true)
})
