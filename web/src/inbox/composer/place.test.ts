import { describe, expect, it } from 'vitest'
import { placeOf, splitPair } from './place'

describe('placeOf', () => {
  it('reads numbers as people type them', () => {
    expect(placeOf({ latitude: ' −6,9012', longitude: '107.6188 ', name: ' Shop ' }).place).toEqual({ latitude: -6.9012, longitude: 107.6188, name: 'Shop' })
  })

  it.each([
    ['', '1', { latitude: true }],
    ['91', '1', { latitude: true }],
    ['1', '181', { longitude: true }],
    ['x', '', { latitude: true, longitude: true }],
  ])('refuses %j, %j', (latitude, longitude, errors) => {
    expect(placeOf({ latitude, longitude, name: '' })).toEqual({ place: null, errors })
  })
})

describe('splitPair', () => {
  it.each([
    ['-6.9012, 107.6188', '-6.9012', '107.6188'],
    ['https://www.google.com/maps/@-6.9,107.6,17z', '-6.9', '107.6'],
    ['https://maps.google.com/?q=-6.9%2C107.6', '-6.9', '107.6'],
  ])('finds both in %j', (text, latitude, longitude) => expect(splitPair(text)).toEqual({ latitude, longitude }))

  it('leaves one number alone', () => expect(splitPair('-6.9012')).toBeNull())
})
