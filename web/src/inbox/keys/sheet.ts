/* The keys as the sheet lists them. */
const chord = /Mac|iPhone|iPad/.test(navigator.userAgent) ? '⌘' : 'Ctrl'

interface Row {
  does: string
  keys: string[]
}

export const sheet: { name: string; rows: Row[] }[] = [
  {
    name: 'move',
    rows: [
      { does: 'next', keys: ['J', '↓'] },
      { does: 'previous', keys: ['K', '↑'] },
      { does: 'views', keys: ['G', 'M', 'W', 'A', 'S', 'R'] },
      { does: 'search', keys: [chord, 'F'] },
      { does: 'searchAll', keys: [chord, 'Shift', 'F'] },
      { does: 'panes', keys: ['F6'] },
      { does: 'back', keys: ['Esc'] },
    ],
  },
  {
    name: 'answer',
    rows: [
      { does: 'reply', keys: ['↵', 'R'] },
      { does: 'quickReplies', keys: ['/'] },
      { does: 'note', keys: ['N'] },
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
      { does: 'undo', keys: ['Z'] },
    ],
  },
  {
    name: 'everything',
    rows: [
      { does: 'palette', keys: [chord, 'K'] },
      { does: 'sheet', keys: ['?'] },
    ],
  },
]
