/* Coordinates as people read them, and where a map of them is. Pure. */
import type { Location } from '@/api/schema'

type Point = Pick<Location, 'latitude' | 'longitude'>

const degrees = (value: number): string => value.toFixed(5).replace('-', '−')

export const coordinates = (point: Point): string => `${degrees(point.latitude)}, ${degrees(point.longitude)}`

export const openStreetMap = ({ latitude, longitude }: Point): string =>
  `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=17/${latitude}/${longitude}`

export const googleMaps = ({ latitude, longitude }: Point): string =>
  `https://www.google.com/maps/search/?api=1&query=${latitude},${longitude}`
