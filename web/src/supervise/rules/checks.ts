/* What can be told of a rule's form without the server, by field; and the server's fields as the form has
   them. Pure. */
import { type ChoiceForm, type Part, type RuleForm, wordsOf } from './rule'

const CLOCK = /^([01]\d|2[0-3]):[0-5]\d$/
const LONGEST_WAIT = 24 * 60
const MOST_PATTERN = 200

export type Trouble = 'words' | 'pattern' | 'labels' | 'days' | 'clock' | 'menuText' | 'choiceLabel' | 'choiceTwice' | 'choiceNumber' | 'wait'

/** Return what is wrong, by field, as keys of the words. */
export function troubles(form: RuleForm): Record<string, Trouble> {
  switch (form.kind) {
    case 'menu':
      return menuTroubles(form)
    case 'all_of':
      return Object.assign({}, ...form.parts.map((part, at) => partTroubles(part, `parts.${at}`)))
    default:
      return partTroubles({ ...form.part, kind: form.kind }, 'part')
  }
}

function partTroubles(part: Part, at: string): Record<string, Trouble> {
  switch (part.kind) {
    case 'text_contains':
      return wordsOf(part.words).length ? {} : { [`${at}.words`]: 'words' }
    case 'text_matches':
      return part.pattern && part.pattern.length <= MOST_PATTERN ? {} : { [`${at}.pattern`]: 'pattern' }
    case 'contact_label':
      return part.label_ids.length ? {} : { [`${at}.label_ids`]: 'labels' }
    case 'hours':
      return {
        ...(part.days.length ? {} : { [`${at}.days`]: 'days' as const }),
        ...(CLOCK.test(part.from) ? {} : { [`${at}.from`]: 'clock' as const }),
        ...(CLOCK.test(part.to) ? {} : { [`${at}.to`]: 'clock' as const }),
      }
    default:
      return {}
  }
}

function menuTroubles({ menu: { text, choices, wait_minutes } }: RuleForm): Record<string, Trouble> {
  const found: Record<string, Trouble> = {}
  if (!text.trim()) found['menu.text'] = 'menuText'
  if (!Number.isInteger(wait_minutes) || wait_minutes! < 1 || wait_minutes! > LONGEST_WAIT) found['menu.wait_minutes'] = 'wait'
  const seen = new Set<string>()
  for (const [at, choice] of choices.entries()) {
    const trouble = choiceTrouble(choice, seen)
    if (trouble) found[`menu.choices.${at}`] = trouble
  }
  return found
}

/** A name counts without its punctuation and whatever its case, as the server reads answers. */
const plain = (text: string): string => text.normalize('NFKC').toLowerCase().split(/[^\p{L}\p{N}]+/u).filter(Boolean).join(' ')

function choiceTrouble({ label, words }: ChoiceForm, seen: Set<string>): Trouble | null {
  const names = [...new Set([label, ...wordsOf(words)].map(plain))]
  if (!plain(label)) return 'choiceLabel'
  if (names.some((name) => /^\d+$/.test(name))) return 'choiceNumber'
  if (names.some((name) => seen.has(name))) return 'choiceTwice'
  for (const name of names) seen.add(name)
  return null
}

/** Return the server's refusals under the names of the form's fields. */
export function asFields({ kind }: Pick<RuleForm, 'kind'>, errors: Record<string, string>): Record<string, string> {
  const root = kind === 'menu' ? 'menu' : 'part'
  const renamed = Object.entries(errors).map(([name, reason]) => [rename(name, root), reason])
  return Object.fromEntries(renamed)
}

function rename(name: string, root: string): string {
  const dotted = name.replace(/\[(\d+)\]/g, '.$1')
  const choice = /^condition\.choices\.(\d+)/.exec(dotted)
  if (choice) return `menu.choices.${choice[1]}`
  return dotted.replace(/^condition\.conditions\.(?=\d)/, 'parts.').replace(/^condition\./, `${root}.`)
}
