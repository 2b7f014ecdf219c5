import { describe, expect, it } from 'vitest'
import type { MediaOut, MessageOut } from '@/api/schema'
import { besides, picturesOf } from './pictures'

const media = (id: string, more: Partial<MediaOut> = {}): MediaOut => ({
  id, filename: id, mime: 'image/png', size: 1, width: 10, height: 10, pages: null, voice: null, state: 'stored', url: `/media/${id}`, thumbnail_url: null, ...more,
})
const line = (kind: MessageOut['kind'], file: MediaOut | null, is_deleted = false) => ({ kind, media: file, is_deleted })

describe('picturesOf', () => {
  it('has pictures and videos that are here, in their order', () => {
    const lines = [
      line('image', media('a')), line('text', null), line('video', media('b', { mime: 'video/mp4' })), line('image', media('c', { state: 'due' })),
      line('document', media('d')), line('sticker', media('e')), line('image', media('f'), true), line('image', media('g', { width: null })),
    ]
    expect(picturesOf(lines).map((each) => each.id)).toEqual(['a', 'b'])
  })
})

describe('besides', () => {
  it('ends at both ends', () => {
    const all = [media('a'), media('b')]
    expect(besides(all[0]!, all, 1)?.id).toBe('b')
    expect(besides(all[1]!, all, 1)).toBeUndefined()
    expect(besides(all[0]!, all, -1)).toBeUndefined()
    expect(besides(media('x'), all, -1)).toBeUndefined()
  })
})
