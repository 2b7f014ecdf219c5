/* The word after a slash at the start of a word, which asks for quick replies; or after an @, for colleagues. Pure. */
export interface Slash {
  /** Where the slash stands. */
  at: number
  /** Where what was typed after it ends. */
  end: number
  query: string
}

const MOST_CHARS = 40

/** The word after the sign that the caret stands in; spaces may follow while they still search. */
export function slashAt(text: string, caret: number, sign = '/'): Slash | null {
  if (caret < 1) return null
  const at = text.slice(0, caret).lastIndexOf(sign)
  if (at < 0 || caret - at > MOST_CHARS) return null
  if (at > 0 && !/\s/.test(text[at - 1]!)) return null
  const query = text.slice(at + 1, caret)
  return /\n|^\s|\s\s/.test(query) ? null : { at, end: caret, query }
}

/** Put words in the place of a slash word, a space or line apart from what stands around it. */
export function replaceSlash(text: string, slash: Slash, words: string): { text: string; caret: number } {
  const [before, after] = [text.slice(0, slash.at), text.slice(slash.end)]
  const gap = words && after && !/^\s/.test(after) ? ' ' : ''
  return { text: before + words + gap + after, caret: before.length + words.length }
}

/** Type a slash at the caret, so that the quick replies open there. */
export function typeSlash(text: string, caret: number): { text: string; caret: number } {
  const before = text.slice(0, caret)
  const slash = !before || /\s$/.test(before) ? '/' : ' /'
  return { text: before + slash + text.slice(caret), caret: caret + slash.length }
}
