/* Days with their year, for what may be long ago. */
export function longDate(at: string, language: string): string {
  const locale = language === 'id' ? 'id-ID' : 'en-GB'
  return new Date(at).toLocaleDateString(locale, { day: 'numeric', month: 'short', year: 'numeric' })
}
