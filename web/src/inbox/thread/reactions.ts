/* Reactions, each emoji with how many gave it, the most given first. Pure. */
import type { ReactionOut } from '@/api/schema'

export function countReactions(reactions: ReactionOut[]): [string, number][] {
  const counts = new Map<string, number>()
  for (const { emoji } of reactions) counts.set(emoji, (counts.get(emoji) ?? 0) + 1)
  return [...counts].sort(([, one], [, other]) => other - one)
}
