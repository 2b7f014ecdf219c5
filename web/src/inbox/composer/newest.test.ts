import { describe, expect, it } from 'vitest'
import { newestOf } from './newest'

describe('newestOf', () => {
  it('goes by the coming, not by the place', () => {
    expect(newestOf([{ number: 1 }, { number: 7 }, { number: 3 }])?.number).toBe(7)
    expect(newestOf([])).toBeUndefined()
  })
})
