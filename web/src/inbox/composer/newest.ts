/* The line that came last, wherever its time puts it. Pure. */
import type { MessageOut } from '@/api/schema'

export function newestOf<T extends Pick<MessageOut, 'number'>>(lines: readonly T[]): T | undefined {
  return lines.reduce<T | undefined>((last, each) => (last && last.number > each.number ? last : each), undefined)
}
