import { expect, it } from 'vitest'
import type { Chat } from './api'
import { FIRST, digitsOf, freeNumber, makeCrowd, withWriters } from './customers'

const chat = (number: string, name = '') => ({ number, name, unread: 0 }) as Chat

it('three customers are there from the beginning, each with a number', () => {
  expect(FIRST).toHaveLength(3)
  expect(new Set(FIRST.map((each) => digitsOf(each.number))).size).toBe(3)
})

it('who wrote before comes after the known ones, the newest last', () => {
  const known = [{ number: '62811', name: 'Nadia' }]
  const all = withWriters(known, [chat('62813', 'New'), chat('62811', 'Other name'), chat('62812', 'Old')])
  expect(all.map((each) => each.name)).toEqual(['Nadia', 'Old', 'New'])
})

it('numbers are taken in usual spellings', () => {
  expect(digitsOf('0811-0000-0101')).toBe('6281100000101')
  expect(digitsOf('+62 811 0000 0101')).toBe('6281100000101')
  for (const wrong of ['', '12', '1234567', '1234567890123456', '0811x0000101', '000000000']) expect(digitsOf(wrong)).toBeNull()
})

it('a free number is nobody elses', () => {
  const draws = [0.1, 0.1, 0.2]
  const taken = [{ number: '6281110000000', name: '' }]
  expect(freeNumber(taken, () => draws.shift()!)).toBe('6281120000000')
})

it('a crowd is ten people with ten numbers', () => {
  expect(new Set(makeCrowd(FIRST).map((each) => each.number)).size).toBe(10)
})
