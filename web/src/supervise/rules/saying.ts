/* A rule's condition in words: what is looked at, and what is looked for. Pure but for the words. */
import { useI18n } from 'vue-i18n'
import { useWorld } from '@/stores/world'
import { type Condition, WEEKDAYS, type Weekday } from './rule'

export interface Piece {
  lead: string
  said: string
}

export interface Words {
  /** The words of a key of the rules. */
  word: (key: string, facts?: Record<string, string>) => string
  label: (id: string) => string
}

export function piecesOf(condition: Condition, words: Words): Piece[] {
  const { word } = words
  switch (condition.type) {
    case 'text_contains':
      return [{ lead: word('contains'), said: condition.words.join(', ') }]
    case 'text_matches':
      return [{ lead: word('matches'), said: condition.pattern }]
    case 'contact_label':
      return [{ lead: word('labelIs'), said: condition.label_ids.map(words.label).join(', ') }]
    case 'hours': {
      const { days, from, to, time_zone, is_outside } = condition
      const said = [daysOf(days, word), `${from}–${to}`, time_zone ?? ''].filter(Boolean).join(' ')
      return [{ lead: word(is_outside ? 'outside' : 'within'), said }]
    }
    case 'menu':
      return [{ lead: word('asks'), said: condition.choices.map((choice) => choice.label).join(', ') }]
    case 'all_of':
      return condition.conditions.flatMap((part) => piecesOf(part, words))
    default:
      return [{ lead: '', said: word('always') }]
  }
}

/** Days in a row of three or more are said by the first and the last. */
export function daysOf(days: Weekday[], word: Words['word']): string {
  const runs: Weekday[][] = []
  for (const [at, day] of WEEKDAYS.entries()) {
    if (!days.includes(day)) continue
    const last = runs.at(-1)
    if (last && WEEKDAYS[at - 1] === last.at(-1)) last.push(day)
    else runs.push([day])
  }
  const name = (day: Weekday) => word(`days.${day}`)
  return runs.map((run) => (run.length > 2 ? `${name(run[0]!)}–${name(run.at(-1)!)}` : run.map(name).join(', '))).join(', ')
}

export function useSaying() {
  const { t } = useI18n()
  const world = useWorld()
  const words: Words = {
    word: (key, facts) => t(`supervise.rules.${key}`, facts ?? {}),
    label: (id) => world.world.labels.get(id)?.name ?? t('supervise.rules.noLabel'),
  }
  const pieces = (condition: Condition) => piecesOf(condition, words)
  /** What a rule without a name is called. */
  const called = (condition: Condition) => pieces(condition).map((piece) => piece.said).join(', ')
  return { pieces, called }
}
