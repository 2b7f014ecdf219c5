/* Why one is away: a few words that everybody reads in their own language, or one's own words. */
export const AWAY_REASONS = ['lunch', 'break', 'meeting'] as const

export const MOST_REASON_CHARS = 60

export const isKnownReason = (reason: string): reason is (typeof AWAY_REASONS)[number] =>
  (AWAY_REASONS as readonly string[]).includes(reason)
