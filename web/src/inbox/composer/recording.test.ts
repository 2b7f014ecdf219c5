import { describe, expect, it } from 'vitest'
import { loudness, nameFor, typeFor } from './recording'

describe('typeFor', () => {
  it('takes what WhatsApp plays, else what the server can rewrite', () => {
    expect(typeFor(() => true)).toBe('audio/ogg;codecs=opus')
    expect(typeFor((type) => type.startsWith('audio/webm'))).toBe('audio/webm;codecs=opus')
    expect(typeFor(() => false)).toBeUndefined()
  })
})

it('names a recording by its type', () => {
  expect(['audio/ogg;codecs=opus', 'audio/webm;codecs=opus', 'audio/mp4'].map(nameFor)).toEqual(['voice.ogg', 'voice.webm', 'voice.m4a'])
})

it('measures silence as nothing and a scream as all', () => {
  expect(loudness(new Uint8Array(8).fill(128))).toBe(0)
  expect(loudness(Uint8Array.from([0, 255, 0, 255]))).toBe(1)
})
