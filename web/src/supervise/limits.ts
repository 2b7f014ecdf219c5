/* The bounds of what forms take, as the server has them. */
const MOST_OPEN = 10_000

/** Return whether it is a limit of open conversations: none, or a whole number. */
export function isLimit(limit: number | null): boolean {
  return limit === null || (Number.isInteger(limit) && limit >= 0 && limit <= MOST_OPEN)
}
