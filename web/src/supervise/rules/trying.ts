/* The lines of a try-out: what came of each rule, up to the one that decided. Pure. */
import type { RuleOut, TriedOut } from '@/api/schema'

export interface Line {
  rule: RuleOut
  number: number
  verdict: TriedOut['rules'][number]['verdict']
  isWinner: boolean
  /** The word of the rule that the text has. */
  word: string | null
}

export function linesOf(rules: RuleOut[], tried: TriedOut, text: string): Line[] {
  return tried.rules.flatMap(({ rule_id, verdict }) => {
    const at = rules.findIndex((rule) => rule.id === rule_id)
    const rule = rules[at]
    if (!rule) return []
    const isWinner = rule_id === tried.rule_id
    return [{ rule, number: at + 1, verdict, isWinner, word: isWinner ? wordIn(rule, text) : null }]
  })
}

function wordIn({ condition }: RuleOut, text: string): string | null {
  if (condition.type !== 'text_contains') return null
  const folded = text.toLowerCase()
  return condition.words.find((word) => folded.includes(word.toLowerCase())) ?? null
}
