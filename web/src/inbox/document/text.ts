/* The beginning of a text as it is shown: its characters, and the cells of a table in it. Only the last reads. */
const MOST_ROWS = 500
const MOST_CELLS = 40
const DELIMITERS = [',', ';', '\t']

export interface Beginning<T> {
  shown: T
  /** Whether there is more in the file. */
  isCut: boolean
}

/** UTF-8, or Latin-1 where it is none; a character that the cut went through is left out. */
export function decode(bytes: Uint8Array, isCut: boolean): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: isCut })
  } catch {
    return new TextDecoder('windows-1252').decode(bytes)
  }
}

/** What parts the cells: what the first line has most of. */
function delimiterOf(text: string): string {
  const line = text.slice(0, text.search(/\r|\n|$/))
  const count = (each: string) => line.split(each).length
  return DELIMITERS.reduce((best, each) => (count(each) > count(best) ? each : best))
}

/** Return the rows of a CSV, each as wide as the widest (RFC 4180, also with semicolons or tabs). */
export function tableOf(text: string): Beginning<string[][]> {
  const by = delimiterOf(text)
  const cell = new RegExp(`(?:"((?:[^"]|"")*)"?|)([^${by}\\r\\n]*)(${by}|\\r\\n|\\r|\\n|$)`, 'y')
  const rows: string[][] = [[]]
  let isCut = false
  for (;;) {
    const [, quoted, plain, end] = cell.exec(text)!
    const row = rows.at(-1)!
    if (row.length < MOST_CELLS) row.push(quoted?.replaceAll('""', '"') ?? plain!)
    else isCut = true
    if (end === by) continue
    if (cell.lastIndex === text.length || rows.length === MOST_ROWS) return { shown: even(rows), isCut: isCut || cell.lastIndex < text.length }
    rows.push([])
  }
}

function even(rows: string[][]): string[][] {
  const width = Math.max(...rows.map((row) => row.length))
  return rows.map((row) => [...row, ...Array<string>(width - row.length).fill('')])
}

/** Read the first bytes of a file, and no more than these. Throws where it cannot be had. */
export async function readStart(url: string, most: number): Promise<Beginning<Uint8Array>> {
  const answer = await fetch(url)
  if (!answer.ok || !answer.body) throw new Error(answer.statusText)
  const reader = answer.body.getReader()
  const bytes = new Uint8Array(most)
  let length = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return { shown: bytes.subarray(0, length), isCut: false }
    bytes.set(value.subarray(0, most - length), length)
    if (length + value.length > most) {
      void reader.cancel()
      return { shown: bytes, isCut: true }
    }
    length += value.length
  }
}
