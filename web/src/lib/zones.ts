/* Time zones by their IANA names. Pure. */

/** Return the names of the time zones, and the one that is set, though this browser may not know it. */
export function timeZones(present: string | null): string[] {
  const known = Intl.supportedValuesOf('timeZone')
  return present && !known.includes(present) ? [present, ...known] : known
}

/** Return the name as people read it: Asia/Kuala Lumpur. */
export const zoneName = (zone: string): string => zone.replaceAll('_', ' ')

/** Return the moment at which clocks in the zone show a local time such as 2026-01-31T08:00. */
export function momentIn(zone: string, local: string): Date {
  const shown = Date.parse(`${local}Z`)
  /* What the zone is ahead a moment before or after may differ: the second look is at the moment itself. */
  const near = shown - aheadAt(shown, zone)
  return new Date(shown - aheadAt(near, zone))
}

/** How many milliseconds clocks in the zone are ahead of UTC; none where this browser does not know the zone. */
function aheadAt(moment: number, timeZone: string): number {
  try {
    const shown = new Date(moment).toLocaleString('sv-SE', { timeZone })
    return Date.parse(`${shown.replace(' ', 'T')}Z`) - Math.floor(moment / 1_000) * 1_000
  } catch (error) {
    if (error instanceof RangeError) return 0
    throw error
  }
}
