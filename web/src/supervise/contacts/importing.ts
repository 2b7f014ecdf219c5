/* A long file of contacts is taken piece by piece: what came of each is told together. */
import type { ImportOut } from '@/api/schema'

/** As many faults as one answer names. */
const MOST_FAULTS = 200

/** Return what came of a file so far, and of a further piece of it. */
export function together(one: ImportOut | null, other: ImportOut): ImportOut {
  if (!one) return other
  return {
    added: one.added + other.added,
    changed: one.changed + other.changed,
    unchanged: one.unchanged + other.unchanged,
    failed: one.failed + other.failed,
    faults: [...one.faults, ...other.faults].slice(0, MOST_FAULTS),
    unused_columns: other.unused_columns,
    next_line: other.next_line,
  }
}
