/* A rule as its form holds it. Pure. */
import type { RuleIn, RuleOut, RulePatch } from '@/api/schema'

export type Condition = RuleOut['condition']
export type Kind = Condition['type']
export type Weekday = Extract<Condition, { type: 'hours' }>['days'][number]
export type PlainKind = Exclude<Kind, 'all_of' | 'menu'>

export const PLAIN_KINDS: PlainKind[] = ['text_contains', 'text_matches', 'contact_label', 'hours', 'always']
export const KINDS: Kind[] = ['text_contains', 'text_matches', 'contact_label', 'hours', 'menu', 'all_of', 'always']
export const WEEKDAYS: Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']
export const MOST_PARTS = 5
export const FEWEST_PARTS = 2
export const MOST_CHOICES = 10
export const FEWEST_CHOICES = 2
export const MOST_NAME = 100

/** One condition that stands by itself, with the fields of every kind. */
export interface Part {
  kind: PlainKind
  /** As they are typed, with commas between. */
  words: string
  pattern: string
  label_ids: string[]
  days: Weekday[]
  from: string
  to: string
  time_zone: string
  is_outside: boolean
}

export interface ChoiceForm {
  label: string
  division_id: string
  words: string
}

export interface MenuForm {
  text: string
  choices: ChoiceForm[]
  wait_minutes: number | null
}

export interface RuleForm {
  name: string
  kind: Kind
  part: Part
  parts: Part[]
  menu: MenuForm
  division_id: string
  enabled: boolean
}

export function blankPart(kind: PlainKind = 'text_contains'): Part {
  return { kind, words: '', pattern: '', label_ids: [], days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '09:00', to: '17:00', time_zone: '', is_outside: false }
}

/** Return the form of a new rule: it leads to the first of the divisions. */
export function blankForm(divisions: string[]): RuleForm {
  const first = divisions[0] ?? ''
  const choices = [first, divisions[1] ?? first].map((division_id) => ({ label: '', division_id, words: '' }))
  return {
    name: '', kind: 'text_contains', part: blankPart(), parts: [blankPart('hours'), blankPart()],
    menu: { text: '', choices, wait_minutes: 10 }, division_id: first, enabled: true,
  }
}

/** Return the form of a rule; a name that only repeats the condition, as said here, is left to follow it. */
export function formOf({ name: given, condition, division_id, enabled }: RuleOut, said: string, divisions: string[]): RuleForm {
  const blank = blankForm(divisions)
  const name = given === said.slice(0, MOST_NAME) ? '' : given
  const form = { ...blank, name, kind: condition.type, division_id: division_id ?? blank.division_id, enabled }
  switch (condition.type) {
    case 'menu':
      return { ...form, menu: menuForm(condition) }
    case 'all_of':
      return { ...form, parts: condition.conditions.map(partOf) }
    default:
      return { ...form, part: partOf(condition) }
  }
}

function menuForm({ text, choices, wait_minutes }: Extract<Condition, { type: 'menu' }>): MenuForm {
  const typed = choices.map(({ label, division_id, words }) => ({ label, division_id, words: (words ?? []).join(', ') }))
  return { text, choices: typed, wait_minutes: wait_minutes ?? 10 }
}

export function partOf(condition: Exclude<Condition, { type: 'menu' | 'all_of' }>): Part {
  const blank = blankPart(condition.type)
  switch (condition.type) {
    case 'text_contains':
      return { ...blank, words: condition.words.join(', ') }
    case 'text_matches':
      return { ...blank, pattern: condition.pattern }
    case 'contact_label':
      return { ...blank, label_ids: condition.label_ids }
    case 'hours': {
      const { days, from, to, time_zone, is_outside } = condition
      return { ...blank, days, from, to, time_zone: time_zone ?? '', is_outside: is_outside ?? false }
    }
    default:
      return blank
  }
}

export function wordsOf(text: string): string[] {
  return [...new Set(text.split(/[,\n]/).map((word) => word.trim()).filter(Boolean))]
}

export function conditionOf(form: RuleForm): Condition {
  const { kind, menu, parts, part } = form
  if (kind === 'all_of') return { type: 'all_of', conditions: parts.map(plainOf) }
  if (kind !== 'menu') return plainOf({ ...part, kind })
  const choices = menu.choices.map(({ label, division_id, words }) => ({ label: label.trim(), division_id, words: wordsOf(words) }))
  return { type: 'menu', text: menu.text.trim(), choices, wait_minutes: menu.wait_minutes ?? 10 }
}

export function plainOf({ kind, words, pattern, label_ids, days, from, to, time_zone, is_outside }: Part): Exclude<Condition, { type: 'menu' | 'all_of' }> {
  switch (kind) {
    case 'text_contains':
      return { type: kind, words: wordsOf(words) }
    case 'text_matches':
      return { type: kind, pattern }
    case 'contact_label':
      return { type: kind, label_ids }
    case 'hours':
      return { type: kind, days: WEEKDAYS.filter((day) => days.includes(day)), from, to, time_zone: time_zone.trim() || null, is_outside }
    default:
      return { type: kind }
  }
}

/** A menu leads nowhere by itself: its choices do. */
const divisionOf = (form: RuleForm): string | null => (form.kind === 'menu' ? null : form.division_id)

/** Return the body of a new rule; one without a name is called by what its condition says. */
export function newBody(form: RuleForm, deviceId: string, said: string): RuleIn {
  return { device_id: deviceId, name: nameOf(form, said), condition: conditionOf(form), division_id: divisionOf(form), enabled: form.enabled }
}

export function patchBody(form: RuleForm, changes: Partial<RuleForm>, said: string): RulePatch {
  const hasCondition = ['kind', 'part', 'parts', 'menu'].some((name) => name in changes)
  const hasName = changes.name !== undefined || (hasCondition && !form.name.trim())
  return {
    ...(changes.enabled === undefined ? {} : { enabled: changes.enabled }),
    ...(hasName ? { name: nameOf(form, said) } : {}),
    ...(hasCondition ? { condition: conditionOf(form) } : {}),
    ...(hasCondition || changes.division_id !== undefined ? { division_id: divisionOf(form) } : {}),
  }
}

function nameOf({ name }: RuleForm, said: string): string {
  return (name.trim() || said).slice(0, MOST_NAME)
}
