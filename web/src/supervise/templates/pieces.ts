/* A template's text taken apart: plain text, values that fill themselves, blanks that ask. Pure. */
export const VALUES = ['contact.name', 'agent.name', 'device.name', 'division.name', 'time.greeting'] as const
/** What only an autoreply with a rotator has. */
export const ROTATOR_NUMBER = 'rotator.number'
/** `contact.` stands before the name of a field of the account. */
export type Value = (typeof VALUES)[number] | typeof ROTATOR_NUMBER | `contact.${string}`

export type Piece = { kind: 'text'; text: string } | { kind: 'value'; name: Value } | { kind: 'blank'; name: string }

export const OF_CONTACT = 'contact.'

const PLACE = /\{(\??)([^{}]{1,100})\}/g

/** Take a text apart. Where `values` are given it is sent by itself: it takes only these, and no blanks. */
export function piecesOf(text: string, values?: readonly Value[]): Piece[] {
  const pieces: Piece[] = []
  let from = 0
  for (const match of text.matchAll(PLACE)) {
    const piece = placeAt(match[1] === '?', match[2]!)
    const isTaken = piece && (!values || (piece.kind === 'value' && values.includes(piece.name)))
    if (!isTaken) continue
    if (match.index > from) pieces.push({ kind: 'text', text: text.slice(from, match.index) })
    pieces.push(piece)
    from = match.index + match[0].length
  }
  if (from < text.length) pieces.push({ kind: 'text', text: text.slice(from) })
  return pieces
}

/** Return the text as it is written, cut where a value or a blank begins and ends. */
export function marksOf(text: string, values?: readonly Value[]): { kind: Piece['kind']; raw: string }[] {
  return piecesOf(text, values).map((piece) => ({ kind: piece.kind, raw: rawOf(piece) }))
}

function rawOf(piece: Piece): string {
  if (piece.kind === 'text') return piece.text
  return piece.kind === 'value' ? `{${piece.name}}` : `{?${piece.name}}`
}

function placeAt(isBlank: boolean, name: string): Piece | null {
  if (isBlank) return { kind: 'blank', name }
  const isValue = (VALUES as readonly string[]).includes(name) || name.startsWith(OF_CONTACT)
  return isValue ? { kind: 'value', name: name as Value } : null
}
