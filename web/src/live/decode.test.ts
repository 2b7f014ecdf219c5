import { describe, expect, it } from 'vitest'
import { decode } from './decode'

describe('decode', () => {
  it.each(['', 'not json', 'null', '7', '[]', '{}', '{"type":7}', '{"type":"hello"}', '{"type":"hello","seq":"7"}', '{"type":"note.added","seq":3}',
    '{"type":"note.added","seq":3,"prev":3}', '{"type":"note.added","seq":3.5,"prev":2}', '{"type":"note.added","prev":2}'])(
    'finds the fault in %s', (text) => expect(decode(text)).toEqual({ kind: 'fault' }),
  )

  it('knows what the server says', () => {
    expect(decode('{"type":"hello","epoch":"e","seq":9}')).toEqual({ kind: 'hello', seq: 9 })
    expect(decode('{"type":"heartbeat","seq":9}')).toEqual({ kind: 'heartbeat', seq: 9 })
    expect(decode('{"type":"resync"}')).toEqual({ kind: 'resync' })
    expect(decode('{"type":"note.added","seq":9,"prev":7}').kind).toBe('event')
    expect(decode('{"type":"typing.started","agent_id":"a","name":"A","conversation_id":"c"}').kind).toBe('whisper')
  })

  it('passes over a whisper of a later server', () => expect(decode('{"type":"agent.sings"}')).toEqual({ kind: 'unknown' }))
})
