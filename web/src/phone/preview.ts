/* The link of which a message shows a preview: its first. Pure. */
import { type Piece, parse } from '@/lib/formatting'

/** Return where a text's first link leads, null where it has none. */
export const firstLink = (text: string): URL | null => first(parse(text))

function first(pieces: Piece[]): URL | null {
  for (const piece of pieces) {
    const found = 'pieces' in piece ? first(piece.pieces) : piece.kind === 'link' ? read(piece.href) : null
    if (found) return found
  }
  return null
}

function read(href: string): URL | null {
  return URL.canParse(href) ? new URL(href) : null
}
