import { describe, expect, it } from 'vitest'
import { digitsOf, matches } from './finding'

describe('matches', () => {
  const nadia = { name: 'Nadia Rahmawati', number: '6281100000417' }

  it('finds a number in any spelling', () => {
    for (const spelling of ['08110000', '0811-0000', '+62 811 0000', '62811', '0062811', '0417']) {
      expect(matches(nadia, spelling), spelling).toBe(true)
    }
    expect(matches(nadia, '0999')).toBe(false)
  })

  it('finds words of a name, without accents', () => {
    expect(matches(nadia, 'rah nad')).toBe(true)
    expect(matches({ name: 'José', number: '1' }, 'jose')).toBe(true)
    expect(matches(nadia, 'budi')).toBe(false)
  })

  it('takes words for no number', () => expect(digitsOf('room 12')).toBe(''))
})
