/* How many open conversations somebody has, and may have: their own limit, or else their division's. */
interface Limited {
  limit: number | null
}

export const limitOf = (agent: Limited, division: Limited | undefined): number | null => agent.limit ?? division?.limit ?? null

/** Count how often each owner is named. */
export function countOwners(conversations: Iterable<{ assignee_id: string | null }>): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { assignee_id: owner } of conversations) if (owner) counts.set(owner, (counts.get(owner) ?? 0) + 1)
  return counts
}
