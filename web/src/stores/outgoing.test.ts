import { describe, expect, it } from 'vitest'
import type { MediaOut } from '@/api/schema'
import { emptyDraft } from './drafts'
import { momentAfter, partsOf } from './outgoing'

const file = (id: string): MediaOut => ({ id, filename: id, mime: 'image/png', size: 1, width: null, height: null, pages: null, voice: null, state: 'stored', url: `/media/${id}`, thumbnail_url: null })
const place = { latitude: -6.9, longitude: 107.6 }
const poll = { name: 'When?', choices: ['a', 'b'] }

describe('partsOf', () => {
  it('makes nothing of nothing', () => {
    expect(partsOf(emptyDraft())).toEqual([])
    expect(partsOf({ ...emptyDraft(), text: ' \n', replyTo: 'm' })).toEqual([])
  })

  it('puts the text with the first file, then the other files, the place, the poll', () => {
    const parts = partsOf({ ...emptyDraft(), text: ' hi ', attachments: [file('1'), file('2')], location: place, poll, replyTo: 'm' })
    expect(parts.map((each) => [each.text, each.media?.id, Boolean(each.location), Boolean(each.poll), each.replyTo])).toEqual([
      ['hi', '1', false, false, 'm'],
      ['', '2', false, false, null],
      ['', undefined, true, false, null],
      ['', undefined, false, true, null],
    ])
  })

  it.each([
    [{ text: 'hi', location: place }, 2],
    [{ location: place }, 1],
    [{ poll }, 1],
    [{ attachments: [file('1')] }, 1],
  ])('makes %o %i', (content, count) => expect(partsOf({ ...emptyDraft(), ...content })).toHaveLength(count))

  it('tells with the first message which quick replies it was made of', () => {
    const parts = partsOf({ ...emptyDraft(), text: 'hi', poll, templates: ['t', 't'] })
    expect(parts.map((each) => each.templates)).toEqual([['t', 't'], undefined])
  })

  it('answers with whichever part goes first', () => {
    expect(partsOf({ ...emptyDraft(), poll, replyTo: 'm' })[0]?.replyTo).toBe('m')
  })
})

it('puts what is written within one moment in its order', () => {
  const later = new Date(Date.now() + 60_000).toISOString()
  expect(momentAfter(later) > later).toBe(true)
  expect(Date.parse(momentAfter(undefined))).toBeLessThanOrEqual(Date.now())
})
