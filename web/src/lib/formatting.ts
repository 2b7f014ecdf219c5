/* WhatsApp's formatting as a tree: *bold*, _italic_, ~strike~, `mono`, ```blocks``` and links. Pure;
   whoever shows it makes elements of it, never HTML. */
export type Style = 'bold' | 'italic' | 'strike'

export type Piece =
  | { kind: 'text'; text: string }
  | { kind: 'mono'; text: string; isBlock: boolean }
  | { kind: 'link'; text: string; href: string }
  | { kind: Style; pieces: Piece[] }

const STYLES: Record<string, Style> = { '*': 'bold', _: 'italic', '~': 'strike' }
const WORD = /[\p{L}\p{N}]/u
const LINK = /(?:https?:\/\/|www\.)[^\s<>"'`*]+/iy
const TAIL = /[.,;:!?…]+$/

export function parse(text: string): Piece[] {
  return new Reader(text).read(0, text.length, new Set())
}

/** Whether showing the formatting would show anything else than the text as it is typed. */
export function isFormatted(text: string): boolean {
  return parse(text).some((piece) => piece.kind !== 'text' && piece.kind !== 'link')
}

/** The text without the marks of its formatting: for a place where it cannot be shown. */
export function plain(text: string): string {
  return parse(text).map(told).join('')
}

const told = (piece: Piece): string => ('pieces' in piece ? piece.pieces.map(told).join('') : piece.text)

class Reader {
  /** For each mark, up to where it is known that nothing closes it: keeps long lines of marks quick. */
  private readonly barren = new Map<string, number>()

  constructor(private readonly text: string) {}

  read(from: number, to: number, within: Set<Style>): Piece[] {
    const pieces: Piece[] = []
    let plain = from
    let at = from
    while (at < to) {
      const found = this.pieceAt(at, to, within)
      if (!found) {
        at++
        continue
      }
      if (plain < at) pieces.push({ kind: 'text', text: this.text.slice(plain, at) })
      pieces.push(found.piece)
      at = plain = found.end
    }
    if (plain < to) pieces.push({ kind: 'text', text: this.text.slice(plain, to) })
    return pieces
  }

  private pieceAt(at: number, to: number, within: Set<Style>): { piece: Piece; end: number } | null {
    const letter = this.text[at]!
    if (letter === '`') return this.mono(at, to)
    if (letter in STYLES) return this.styled(at, to, STYLES[letter]!, within)
    if ('hHwW'.includes(letter)) return this.link(at, to)
    return null
  }

  private mono(at: number, to: number): { piece: Piece; end: number } | null {
    const isBlock = this.text.startsWith('```', at)
    const mark = isBlock ? '```' : '`'
    const start = at + mark.length
    const end = this.find(mark, start, isBlock ? to : this.lineEnd(start, to))
    if (end <= start) return null
    const text = this.text.slice(start, end)
    if (!text.trim()) return null
    return { piece: { kind: 'mono', text: isBlock ? text.replace(/^\n|\n$/g, '') : text, isBlock }, end: end + mark.length }
  }

  private find(mark: string, from: number, to: number): number {
    const found = this.text.indexOf(mark, from)
    return found >= 0 && found + mark.length <= to ? found : -1
  }

  private styled(at: number, to: number, style: Style, within: Set<Style>): { piece: Piece; end: number } | null {
    if (within.has(style) || this.isWord(at - 1) || this.isSpace(at + 1)) return null
    const end = this.closing(this.text[at]!, at + 2, this.lineEnd(at, to))
    if (end < 0) return null
    return { piece: { kind: style, pieces: this.read(at + 1, end, new Set(within).add(style)) }, end: end + 1 }
  }

  private closing(mark: string, from: number, to: number): number {
    if ((this.barren.get(mark) ?? -1) >= to) return -1
    for (let at = this.text.indexOf(mark, from); at >= 0 && at < to; at = this.text.indexOf(mark, at + 1)) {
      if (!this.isSpace(at - 1) && !this.isWord(at + 1) && this.text[at - 1] !== mark) return at
    }
    this.barren.set(mark, to)
    return -1
  }

  private link(at: number, to: number): { piece: Piece; end: number } | null {
    if (this.isWord(at - 1)) return null
    LINK.lastIndex = at
    const found = LINK.exec(this.text)?.[0].slice(0, to - at)
    if (!found) return null
    const text = trimEnd(found)
    const href = /^www\./i.test(text) ? `https://${text}` : text
    if (!URL.canParse(href) || !new URL(href).hostname.replace(/^www\./, '')) return null
    return { piece: { kind: 'link', text, href }, end: at + text.length }
  }

  private lineEnd(from: number, to: number): number {
    const end = this.text.indexOf('\n', from)
    return end < 0 ? to : Math.min(end, to)
  }

  private isWord(at: number): boolean {
    return WORD.test(this.text[at] ?? '')
  }

  private isSpace(at: number): boolean {
    return /^\s?$/.test(this.text[at] ?? '')
  }
}

/** Leave out what closes the sentence around a link, not the link. */
function trimEnd(link: string): string {
  let text = link.replace(TAIL, '')
  while (text.endsWith(')') && count(text, ')') > count(text, '(')) text = text.slice(0, -1).replace(TAIL, '')
  return text
}

const count = (text: string, letter: string): number => text.split(letter).length - 1
