import { expect, test } from 'vitest'
import { dayNames, isComplete, isOvernight, nextWindow, toggleDay, withHoliday } from './hours'

const office = { days: [0, 1, 2, 3, 4], from: '08:00', to: '17:00' }

test('the first window is for workdays, the next for the days that have none', () => {
  expect(nextWindow([])).toEqual(office)
  expect(nextWindow([office]).days).toEqual([5, 6])
  expect(nextWindow([{ ...office, days: [0, 1, 2, 3, 4, 5, 6] }]).days).toHaveLength(7)
})

test('a day goes in and out of a window, in the order of the week', () => {
  expect(toggleDay({ ...office, days: [2, 4] }, 0).days).toEqual([0, 2, 4])
  expect(toggleDay(office, 2).days).toEqual([0, 1, 3, 4])
})

test('a window whose end does not come after its beginning runs past midnight', () => {
  expect(isOvernight(office)).toBe(false)
  expect(isOvernight({ ...office, from: '22:00', to: '02:00' })).toBe(true)
  expect(isOvernight({ ...office, from: '00:00', to: '00:00' })).toBe(true)
})

test('a window needs a day and two times', () => {
  expect(isComplete(office)).toBe(true)
  expect(isComplete({ ...office, days: [] })).toBe(false)
  expect(isComplete({ ...office, to: '' })).toBe(false)
})

test('days and dates are named in the reader’s language, wherever the reader is', () => {
  expect(dayNames('en', 'short')).toEqual(['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'])
  expect(dayNames('id', 'long')[0]).toBe('Senin')
})

test('holidays are kept in order and once', () => {
  expect(withHoliday(['2026-12-25'], '2026-01-01')).toEqual(['2026-01-01', '2026-12-25'])
  expect(withHoliday(['2026-12-25'], '2026-12-25')).toEqual(['2026-12-25'])
})
