/* The bounds of what forms take, as the server has them. */
const MOST_OPEN = 10_000
const MOST_WEIGHT = 100
const LONGEST_TARGET = 24 * 60
const MOST_PRESENCE_HOURS = 72
const MOST_MONTHLY = 100_000_000
const LONGEST_PATIENCE = 7 * 24 * 60

const TOKEN = /^[^\s,]{16,64}$/

/** Return whether a token may be brought along: none, or one that the server takes. */
export function isExistingToken(token: string): boolean {
  return token.trim() === '' || TOKEN.test(token.trim())
}

/** Return whether it is a limit of open conversations: none, or a whole number. */
export function isLimit(limit: number | null): boolean {
  return limit === null || (Number.isInteger(limit) && limit >= 0 && limit <= MOST_OPEN)
}

/** Return whether it is a weight in a rotation. */
export function isWeight(weight: number): boolean {
  return Number.isInteger(weight) && weight >= 1 && weight <= MOST_WEIGHT
}

/** Return whether it is a time in minutes to answer within: at least one, at most a day. */
export function isTarget(minutes: number): boolean {
  return Number.isInteger(minutes) && minutes >= 1 && minutes <= LONGEST_TARGET
}

/** Return whether it is a time in minutes to wait for a reply: none, or one minute to a week. */
export function isPatience(minutes: number | null): boolean {
  return minutes === null || (Number.isInteger(minutes) && minutes >= 1 && minutes <= LONGEST_PATIENCE)
}

/** Return whether it is for how many hours one counts as there by push; 0 is never. */
export function isPresenceHours(hours: number | null): boolean {
  return hours !== null && Number.isInteger(hours) && hours >= 0 && hours <= MOST_PRESENCE_HOURS
}

/** Return whether it is a number of messages for a month: none is without limit. */
export function isMonthly(messages: number | null): boolean {
  return messages === null || (Number.isInteger(messages) && messages >= 0 && messages <= MOST_MONTHLY)
}
