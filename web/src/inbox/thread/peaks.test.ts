import { describe, expect, it } from 'vitest'
import { peaksOf } from './peaks'

describe('peaksOf', () => {
  it('takes the loudest moment of each part, as a share of the loudest of all', () => {
    expect(peaksOf(new Float32Array([0, 0.25, -0.5, 0.1, 0, 0]), 3)).toEqual([0.5, 1, 0])
  })

  it('is flat for silence, and for less than a sample each', () => {
    expect(peaksOf(new Float32Array(10), 2)).toEqual([0, 0])
    expect(peaksOf(new Float32Array([1]), 3)).toEqual([1, 0, 0])
  })
})
