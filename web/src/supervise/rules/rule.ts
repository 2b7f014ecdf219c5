/* A rule as its form holds it, and what it makes of a text. Pure. */
import type { RuleIn, RuleOut, RulePatch } from '@/api/schema'

const MOST_NAME = 100

export interface RuleForm {
  name: string
  kind: 'text_contains' | 'always'
  /** As they are typed, with commas between. */
  words: string
  division_id: string
  enabled: boolean
}

/** Return the form of a rule; a name that only repeats the words is left to follow them. */
export function formOf({ name: given, condition, division_id, enabled }: RuleOut): RuleForm {
  const words = condition.type === 'text_contains' ? condition.words.join(', ') : ''
  const name = given === words.slice(0, MOST_NAME) ? '' : given
  return { name, kind: condition.type, words, division_id, enabled }
}

export function wordsOf(text: string): string[] {
  return [...new Set(text.split(/[,\n]/).map((word) => word.trim()).filter(Boolean))]
}

/** Return the body of a new rule; one without a name is called by its words. */
export function newBody(form: RuleForm, deviceId: string, always: string): RuleIn {
  const { division_id, enabled } = form
  return { device_id: deviceId, name: nameOf(form, always), condition: conditionOf(form), division_id, enabled }
}

export function patchBody(form: RuleForm, changes: Partial<RuleForm>, always: string): RulePatch {
  const { name, kind, words, ...rest } = changes
  const hasCondition = kind !== undefined || words !== undefined
  const hasName = name !== undefined || (hasCondition && !form.name.trim())
  return {
    ...rest,
    ...(hasName ? { name: nameOf(form, always) } : {}),
    ...(hasCondition ? { condition: conditionOf(form) } : {}),
  }
}

function nameOf({ name, kind, words }: RuleForm, always: string): string {
  return (name.trim() || (kind === 'always' ? always : wordsOf(words).join(', '))).slice(0, MOST_NAME)
}

function conditionOf({ kind, words }: RuleForm): RuleIn['condition'] {
  return kind === 'always' ? { type: 'always' } : { type: 'text_contains', words: wordsOf(words) }
}

export interface Verdict {
  rule: RuleOut
  number: number
  kind: 'no' | 'off' | 'wins'
  /** The word of the rule that the text has. */
  word: string | null
}

/** Return what each rule said up to the one that won, or of all where none did. */
export function verdicts(rules: RuleOut[], winner: string | null, text: string): Verdict[] {
  const end = winner ? rules.findIndex((rule) => rule.id === winner) + 1 : rules.length
  return rules.slice(0, end).map((rule, at) => ({
    rule,
    number: at + 1,
    kind: rule.id === winner ? 'wins' : rule.enabled ? 'no' : 'off',
    word: rule.id === winner ? wordIn(rule, text) : null,
  }))
}

function wordIn({ condition }: RuleOut, text: string): string | null {
  if (condition.type !== 'text_contains') return null
  const folded = text.toLowerCase()
  return condition.words.find((word) => folded.includes(word.toLowerCase())) ?? null
}
