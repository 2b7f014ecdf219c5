/* All keys of the console, once: the sheet lists them, the palette and the buttons show them. */
const chord = /Mac|iPhone|iPad/.test(navigator.userAgent) ? '⌘' : 'Ctrl'

interface Row {
  does: string
  keys: string[]
  /** Moves on the page: nothing for the palette. */
  isMove?: boolean
}

export const sheet: { name: string; rows: Row[] }[] = [
  {
    name: 'move',
    rows: [
      { does: 'next', keys: ['J', '↓'], isMove: true },
      { does: 'previous', keys: ['K', '↑'], isMove: true },
      { does: 'views', keys: ['G', 'M', 'N', 'W', 'A', 'S', 'R'], isMove: true },
      { does: 'search', keys: [chord, 'F'] },
      { does: 'searchAll', keys: [chord, 'Shift', 'F'] },
      { does: 'panes', keys: ['F6'], isMove: true },
      { does: 'lines', keys: ['Esc', '↑', '↓'], isMove: true },
      { does: 'back', keys: ['Esc'], isMove: true },
    ],
  },
  {
    name: 'answer',
    rows: [
      { does: 'reply', keys: ['↵', 'R'], isMove: true },
      { does: 'quickReplies', keys: ['/'] },
      { does: 'note', keys: ['N'] },
      { does: 'start', keys: ['C'] },
      { does: 'contact', keys: ['I'] },
      { does: 'why', keys: ['Y'] },
    ],
  },
  {
    name: 'act',
    rows: [
      { does: 'take', keys: ['T'] },
      { does: 'transfer', keys: ['F'] },
      { does: 'release', keys: ['U'] },
      { does: 'snooze', keys: ['S', '1–5'] },
      { does: 'resolve', keys: ['E'] },
      { does: 'labels', keys: ['L'] },
      { does: 'undo', keys: ['Z'], isMove: true },
    ],
  },
  {
    name: 'everything',
    rows: [
      { does: 'palette', keys: [chord, 'K'], isMove: true },
      { does: 'sheet', keys: ['?'] },
    ],
  },
]

/** The same key does the one or the other. */
const same: Record<string, string> = { takeOver: 'take', reopen: 'resolve' }

/** The key by which something is done, with what is held down for it; nothing where it has none. */
export function keyOf(does: string): string {
  const keys = sheet.flatMap((group) => group.rows).find((row) => row.does === (same[does] ?? does))?.keys ?? []
  return keys[0] === chord ? keys.join(' ') : (keys[0] ?? '')
}
