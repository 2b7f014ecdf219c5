/* What is typed as a place: two numbers, also both at once as maps copy them, or a link to a map. Pure. */
import type { Location } from '@/api/schema'

export interface PlaceForm {
  latitude: string
  longitude: string
  name: string
}

export type PlaceErrors = Partial<Record<'latitude' | 'longitude', true>>

const PAIR = /(-?\d{1,3}(?:\.\d+)?)\s*(?:,|%2C)\s*(-?\d{1,3}(?:\.\d+)?)/i

/** Both numbers, where they were pasted into one field. */
export function splitPair(text: string): Pick<PlaceForm, 'latitude' | 'longitude'> | null {
  const found = PAIR.exec(text.replaceAll('−', '-'))
  return found ? { latitude: found[1]!, longitude: found[2]! } : null
}

function read(text: string, most: number): number | null {
  const value = Number(text.trim().replace('−', '-').replace(',', '.'))
  return text.trim() && Math.abs(value) <= most ? value : null
}

export function placeOf(form: PlaceForm): { place: Location | null; errors: PlaceErrors } {
  const [latitude, longitude] = [read(form.latitude, 90), read(form.longitude, 180)]
  if (latitude !== null && longitude !== null) return { place: { latitude, longitude, name: form.name.trim() }, errors: {} }
  return { place: null, errors: { ...(latitude === null && { latitude: true }), ...(longitude === null && { longitude: true }) } }
}
