/* The reasons with which one resolved last, in this browser. */
import { keep, readKept } from '@/lib/kept'

const MOST = 4

export const keptReasons = (): string[] => readKept<string[]>('reasons', [])

export function keepReason(reason: string): void {
  const others = keptReasons().filter((each) => each !== reason)
  keep('reasons', [reason, ...others].slice(0, MOST))
}
