/* The values of a contact's fields: in their order, and what of a form is to be sent. Pure. */
import type { FieldOut } from '@/api/schema'
import { localeOf, longDate } from '@/lib/time'

export type Values = Record<string, string>

/** Return the fields in their order. */
export function inOrder(fields: Iterable<FieldOut>): FieldOut[] {
  return [...fields].sort((one, other) => one.position - other.position || one.id.localeCompare(other.id))
}

/** Return what was changed; what was emptied is sent empty, which takes it away. */
export function changed(before: Values, after: Values): Values {
  return Object.fromEntries(Object.entries(after).filter(([id, value]) => value.trim() !== (before[id] ?? '')))
}

/** Return what can be chosen: nothing, the choices, and what the contact has though it is none any more. */
export function optionsOf(field: FieldOut, value: string): string[] {
  return [...new Set(['', ...field.choices, value])]
}

/** Return a day or a number as people write it where they read it; anything else stays, as 0812 does. */
export function shown(field: FieldOut, value: string, language: string): string {
  if (field.kind === 'date' && !Number.isNaN(Date.parse(value))) return longDate(value, language)
  if (field.kind === 'number' && String(Number(value)) === value) return Number(value).toLocaleString(localeOf(language), { useGrouping: false, maximumFractionDigits: 20 })
  return value
}
