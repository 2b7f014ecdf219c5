import { expect, test } from 'vitest'
import { momentIn, timeZones } from './zones'

test.each([
  ['Asia/Jakarta', '2026-11-26T08:00', '2026-11-26T01:00:00.000Z'],
  ['Europe/Berlin', '2026-07-01T08:00', '2026-07-01T06:00:00.000Z'],
  ['Europe/Berlin', '2026-03-29T03:30', '2026-03-29T01:30:00.000Z'],
  ['America/New_York', '2026-11-01T12:00', '2026-11-01T17:00:00.000Z'],
  ['Mars/Base', '2026-11-26T08:00', '2026-11-26T08:00:00.000Z'],
])('in %s clocks show %s at one moment', (zone, local, moment) => {
  expect(momentIn(zone, local).toISOString()).toBe(moment)
})

test('a zone that is set is offered though this browser does not know it', () => {
  expect(timeZones('Mars/Base')[0]).toBe('Mars/Base')
  expect(timeZones('Asia/Jakarta')).toEqual(timeZones(null))
})
