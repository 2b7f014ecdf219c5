/* A QR code as rectangles: one for each run of dark squares in a row. */
import qrcode from 'qrcode-generator'

/** Quiet squares around the code, as readers need them. */
export const QUIET = 4

export interface Run {
  x: number
  y: number
  width: number
}

export function qrOf(text: string): { size: number; runs: Run[] } {
  const code = qrcode(0, 'M')
  code.addData(text)
  code.make()
  const count = code.getModuleCount()
  const rows = Array.from({ length: count }, (_, y) => runsOf(count, (x) => code.isDark(y, x), y))
  return { size: count + 2 * QUIET, runs: rows.flat() }
}

export function runsOf(count: number, isDark: (x: number) => boolean, y: number): Run[] {
  const runs: Run[] = []
  for (let x = 0; x < count; x++) {
    if (!isDark(x)) continue
    if (x > 0 && isDark(x - 1)) runs.at(-1)!.width++
    else runs.push({ x: x + QUIET, y: y + QUIET, width: 1 })
  }
  return runs
}
