import { describe, expect, it } from 'vitest'
import { peaksOf, voiceOf } from './peaks'

describe('peaksOf', () => {
  it('takes the loudest moment of each part, as a share of the loudest of all', () => {
    expect(peaksOf(new Float32Array([0, 0.25, -0.5, 0.1, 0, 0]), 3)).toEqual([0.5, 1, 0])
  })

  it('is flat for silence, and for less than a sample each', () => {
    expect(peaksOf(new Float32Array(10), 2)).toEqual([0, 0])
    expect(peaksOf(new Float32Array([1]), 3)).toEqual([1, 0, 0])
  })
})

describe('voiceOf', () => {
  it('is what the server takes: 64 peaks of 0 to 100, and some time', () => {
    const voice = voiceOf(4.26, Float32Array.from({ length: 640 }, (_, at) => at / 640))
    expect(voice.seconds).toBe(4.3)
    expect(voice.peaks).toHaveLength(64)
    expect([voice.peaks[0], voice.peaks[31], voice.peaks[63]]).toEqual([1, 50, 100])
    expect(voiceOf(0, new Float32Array(0))).toEqual({ seconds: 0.1, peaks: Array(64).fill(0) })
  })
})
