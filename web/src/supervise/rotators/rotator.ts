/* A rotator as its form holds it, and what its picks add up to. Pure. */
import type { RotatorBrief, RotatorIn } from '@/api/schema'
import { isWeight } from '../limits'

export interface NumberForm {
  number: string
  weight: number
}

export interface RotatorForm {
  name: string
  rotation: 'full' | 'partial'
  numbers: NumberForm[]
}

export const MOST_NUMBERS = 200
const SEPARATORS = /[\n\r,;]+/

export const blankNumber = (): NumberForm => ({ number: '', weight: 1 })

export const blankRotator = (): RotatorForm => ({ name: '', rotation: 'full', numbers: [blankNumber()] })

export function formOf({ name, rotation, numbers }: RotatorBrief): RotatorForm {
  return { name, rotation, numbers: numbers.map(({ number, weight = 1 }) => ({ number, weight })) }
}

export const bodyOf = ({ name, rotation, numbers }: RotatorForm): RotatorIn => ({ name: name.trim(), rotation, numbers })

/** Return what is wrong with each number, under the names that the server uses. */
export function numberTroubles(numbers: NumberForm[]): Record<string, 'number' | 'weight'> {
  const troubles = numbers.flatMap(({ number, weight }, at): [string, 'number' | 'weight'][] => [
    ...(isNumber(number) ? [] : [[`numbers[${at}].number`, 'number'] as [string, 'number']]),
    ...(isWeight(weight) ? [] : [[`numbers[${at}].weight`, 'weight'] as [string, 'weight']]),
  ])
  return Object.fromEntries(troubles)
}

const isNumber = (text: string): boolean => text.replace(/\D/g, '').length >= 8

/** Put pasted lines in the place of one number: each of them a number of its own, as many as there is room for. */
export function withPasted(numbers: NumberForm[], at: number, pasted: string): NumberForm[] | null {
  const lines = pasted.split(SEPARATORS).map((line) => line.trim()).filter(Boolean)
  if (lines.length < 2) return null
  const weight = numbers[at]?.weight ?? 1
  return numbers.toSpliced(at, 1, ...lines.map((number) => ({ number, weight }))).slice(0, MOST_NUMBERS)
}

/** All picks together, also of numbers that left the list. */
export const totalOf = (picks: Record<string, number>): number => Object.values(picks).reduce((sum, each) => sum + each, 0)
