/* What the lightbox goes through. Pure. */
import type { MediaOut, MessageOut } from '@/api/schema'
import { isShowable } from '@/lib/pictures'

export const isVideo = (media: Pick<MediaOut, 'mime'>): boolean => media.mime.startsWith('video/')

/** The pictures and videos of lines, in their order; stickers are no pictures of anything. */
export function picturesOf(lines: Pick<MessageOut, 'kind' | 'media' | 'is_deleted'>[]): MediaOut[] {
  return lines.flatMap(({ kind, media, is_deleted }) => {
    if (is_deleted || media?.state !== 'stored') return []
    return kind === 'video' || (kind === 'image' && isShowable(media)) ? [media] : []
  })
}

/** The neighbour of one of them, if there is one. */
export function besides(media: MediaOut, all: MediaOut[], by: 1 | -1): MediaOut | undefined {
  const at = all.findIndex((each) => each.id === media.id)
  return at < 0 ? undefined : all[at + by]
}
