/* Office hours as the form holds them: weekly windows, holidays, and what is wrong with them. Pure. */
import type { Window } from '@/api/schema'
import { localeOf } from '@/lib/time'

export const DAYS = [0, 1, 2, 3, 4, 5, 6]
const TIME = /^([01]\d|2[0-3]):[0-5]\d$/
const MONDAY = Date.UTC(2024, 0, 1)
const DAY_MS = 86_400_000

/** Return what a division without hours begins with: workdays, and the next time the weekend. */
export function nextWindow(windows: Window[]): Window {
  const taken = new Set(windows.flatMap((each) => each.days))
  const free = DAYS.filter((day) => !taken.has(day))
  const days = windows.length === 0 ? [0, 1, 2, 3, 4] : free.length ? free : DAYS
  return { days, from: '08:00', to: '17:00' }
}

/** Return the window with a day more, or less where it had it; days stay in the order of the week. */
export function toggleDay(window: Window, day: number): Window {
  const has = window.days.includes(day)
  return { ...window, days: has ? window.days.filter((each) => each !== day) : [...window.days, day].sort() }
}

/** Return whether it runs past midnight: until its end on the next day. */
export function isOvernight(window: Window): boolean {
  return window.to <= window.from
}

export function isComplete(window: Window): boolean {
  return window.days.length > 0 && TIME.test(window.from) && TIME.test(window.to)
}

/** Return Monday to Sunday in the reader's language. */
export function dayNames(language: string, style: 'short' | 'long'): string[] {
  return DAYS.map((day) => new Date(MONDAY + day * DAY_MS).toLocaleDateString(localeOf(language), { weekday: style, timeZone: 'UTC' }))
}

export function withHoliday(holidays: string[], date: string): string[] {
  return [...new Set([...holidays, date])].sort()
}
