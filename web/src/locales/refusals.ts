/* What the server refused, in the reader's language where code and facts say enough; else in its own sentence. */
import { i18n } from './index'

export interface Refusal {
  code: string
  detail: string
  facts: Record<string, unknown>
}

/** Return the refusal in words of the catalogue, as far as it has them and they are loaded. */
export function inWords({ code, detail, facts }: Refusal): Refusal {
  const { te, t } = i18n.global
  const owner = facts['owner'] as { name: string } | null | undefined
  const whose = owner ? 'owned' : owner === null ? 'nobody' : 'others'
  const reason = String(facts['reason'] ?? code)
  const key = [`${reason}.${whose}`, reason, code].map((name) => `refused.${name}`).find((name) => te(name))
  const told = key ? t(key, { ...facts, name: owner?.name ?? '' }) : detail
  /* What conflicts in a field is always that something else has it. */
  const isTaken = code === 'conflict' && facts['errors'] && te('refused.taken')
  const errors = Object.keys(facts['errors'] ?? {}).map((field) => [field, t('refused.taken')])
  return { code, detail: told, facts: isTaken ? { ...facts, errors: Object.fromEntries(errors) } : facts }
}
