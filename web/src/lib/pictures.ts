/* Which pictures a browser is asked to draw. */
const MOST_PIXELS = 40_000_000

/** Return whether a picture's size is known and such that drawing it harms nobody. */
export function isShowable({ width, height }: { width: number | null; height: number | null }): boolean {
  return width !== null && height !== null && width * height <= MOST_PIXELS
}
