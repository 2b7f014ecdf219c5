/* The customers whose phone this is: three to begin with, those added here, and who wrote before. */
import { readKept } from '@/lib/kept'
import type { Chat } from './api'

export interface Customer {
  number: string
  name: string
}

export const FIRST: readonly Customer[] = [
  { number: '628110000101', name: 'Nadia Rahmawati' },
  { number: '628110000102', name: 'Yusuf Hakim' },
  { number: '628110000103', name: 'Oskar Lindqvist' },
]

const CROWD = ['Sari', 'Bayu', 'Mega', 'Rangga', 'Tia', 'Dimas', 'Wulan', 'Fajar', 'Intan', 'Gilang']

export const readCustomers = (): Customer[] => readKept<Customer[]>('phone.customers', [...FIRST])

/** Return everybody in an order that stays: the known ones first, whoever is new at the end. */
export function withWriters(known: readonly Customer[], chats: readonly Chat[]): Customer[] {
  const numbers = new Set(known.map((each) => each.number))
  const others = chats.filter((chat) => !numbers.has(chat.number))
  return [...known, ...others.reverse().map(({ number, name }) => ({ number, name }))]
}

/** Return the digits of a number in a usual spelling, or null where it is none. */
export function digitsOf(text: string): string | null {
  const digits = text.replace(/[\s().+-]/g, '').replace(/^0(?=[1-9])/, '62')
  return /^[1-9]\d{7,14}$/.test(digits) ? digits : null
}

/** Return a number that nobody here has. */
export function freeNumber(taken: readonly Customer[], random: () => number = Math.random): string {
  for (;;) {
    const number = `62811${String(Math.floor(random() * 1e8)).padStart(8, '0')}`
    if (!taken.some((each) => each.number === number)) return number
  }
}

/** Return ten customers who were never here. */
export function makeCrowd(taken: readonly Customer[], random: () => number = Math.random): Customer[] {
  const crowd: Customer[] = []
  for (const name of CROWD) crowd.push({ name, number: freeNumber([...taken, ...crowd], random) })
  return crowd
}
