import { describe, expect, it } from 'vitest'
import type { MediaOut } from '@/api/schema'
import { backIntoDraft, emptyDraft, fitsInto } from '@/stores/drafts'
import { draftOf, lineOf } from './again'

const media = (mime: string): MediaOut => ({ id: mime, filename: 'f', mime, size: 1, width: null, height: null, pages: null, voice: null, state: 'stored', url: '/media/f', thumbnail_url: null })
const item = { clientId: 'x', conversationId: 'c', at: '2026-11-23T10:00:00Z', text: 'one', media: media('image/png'), location: null, poll: null, replyTo: 'm', expectedLast: null, refusal: 'No.' }

describe('again', () => {
  it('makes the same reply of a failed line', () => {
    const line = lineOf(item, { kind: 'agent', id: 'a', name: 'Ayu' })
    expect(draftOf(line)).toMatchObject({ text: 'one', attachments: [item.media], replyTo: 'm' })
  })

  it('loses nothing of what was refused and what is typed', () => {
    const typed = { ...emptyDraft(), text: 'two', attachments: [media('application/pdf')], replyTo: null }
    const draft = backIntoDraft(item, typed)
    expect(draft.text).toBe('one\ntwo')
    expect(draft.attachments.map((each) => each.id)).toEqual(['image/png', 'application/pdf'])
    expect(draft.replyTo).toBe('m')
  })

  it('says when there is no room for it', () => {
    const place = { latitude: 0, longitude: 0 }
    expect(fitsInto({ ...item, location: place }, { ...emptyDraft(), location: place })).toBe(false)
    expect(fitsInto({ ...item, location: place }, { ...emptyDraft(), text: 'x' })).toBe(true)
  })

  it.each([
    ['image/png', 'image'],
    ['audio/ogg', 'audio'],
    ['text/csv', 'document'],
  ])('shows %s as %s', (mime, kind) => expect(lineOf({ ...item, media: media(mime) }, { kind: 'agent', id: 'a', name: 'Ayu' }).kind).toBe(kind))
})
