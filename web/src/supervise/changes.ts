/* What a form changed against what is saved, and what happens when both change. Pure. */
export const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T

export const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other)

/** Return the fields that differ, with their new values. */
export function changesOf<F extends object>(saved: F, form: F): Partial<F> {
  const names = Object.keys(form) as (keyof F)[]
  return Object.fromEntries(names.filter((name) => !isSame(saved[name], form[name])).map((name) => [name, form[name]])) as Partial<F>
}

/** Take what somebody else saved into a form: fields touched here stay; `isCrossed` when both touched one. */
export function merge<F extends object>(saved: F, form: F, next: F): { form: F; isCrossed: boolean } {
  const mine = changesOf(saved, form)
  const theirs = changesOf(saved, next)
  const isCrossed = Object.keys(mine).some((name) => name in theirs && !isSame(form[name as keyof F], next[name as keyof F]))
  return { form: copy({ ...next, ...mine }), isCrossed }
}

/** The form's field in the name of an error, such as `numbers` in `numbers[1].number`. */
export const fieldOf = (name: string): string => name.split(/[.[]/, 1)[0]!

/** Return the errors that still stand: those whose field has the value it was refused with. */
export function standing(errors: Record<string, string>, refused: object, form: object): Record<string, string> {
  const changed = new Set(Object.keys(changesOf(refused, form)))
  return Object.fromEntries(Object.entries(errors).filter(([name]) => !changed.has(fieldOf(name))))
}
