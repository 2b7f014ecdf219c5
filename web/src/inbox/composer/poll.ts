/* What is typed as a poll: a question and 2 to 12 choices. Pure. */
import type { Poll } from '@/api/schema'

export const FEWEST = 2
export const MOST = 12

export interface PollForm {
  name: string
  choices: string[]
  isMultiple: boolean
}

export interface PollErrors {
  name?: true
  /** For each choice by its place. */
  choices: Record<number, 'missing' | 'twice'>
}

export function pollOf(form: PollForm): { poll: Poll | null; errors: PollErrors } {
  const choices = form.choices.map((each) => each.trim())
  const given = choices.filter(Boolean)
  const errors: PollErrors = { choices: {} }
  if (!form.name.trim()) errors.name = true
  choices.forEach((choice, at) => {
    if (choice && choices.indexOf(choice) < at) errors.choices[at] = 'twice'
    else if (!choice && at < FEWEST && given.length < FEWEST) errors.choices[at] = 'missing'
  })
  const isFine = !errors.name && !Object.keys(errors.choices).length && given.length >= FEWEST
  return { poll: isFine ? { name: form.name.trim(), choices: given, is_multiple: form.isMultiple } : null, errors }
}
