import { describe, expect, it } from 'vitest'
import { faceOf, nameOf } from './names'

describe('nameOf', () => {
  const number = '6281100000417'

  it('is the number where nothing of a name can be seen', () => {
    for (const name of ['', '   ', '\u200b', '\u2060\u3164']) {
      expect(nameOf({ name, number })).toBe('+62 811-0000-0417')
      expect(faceOf({ name, number })).toBe('17')
    }
  })

  it('turns no words around it', () => {
    expect(nameOf({ name: '\u202eNadia\u2066', number })).toBe('Nadia')
    expect(nameOf({ name: '👩‍👧 مريم', number })).toBe('👩‍👧 مريم')
  })
})
