/* An autoreply as its form holds it, and as the API takes it. Pure. */
import type { AutoreplyIn, AutoreplyOut, MediaOut, Poll } from '@/api/schema'
import { type Part, blankPart, partOf, plainOf, wordsOf } from '../rules/rule'
import { AUTOMATIC_VALUES } from '../divisions/division'
import { ROTATOR_NUMBER, type Value } from '../templates/pieces'

export type Kind = AutoreplyOut['kind']
/** Where the answer comes from. */
export type Source = 'own' | 'template' | 'rotator'

export const KINDS: Kind[] = ['contains', 'exact', 'starts_with', 'matches', 'default']

export interface AutoreplyForm {
  name: string
  kind: Kind
  /** As they are typed, with commas between. */
  words: string
  pattern: string
  isTimed: boolean
  hours: Part
  source: Source
  text: string
  media: MediaOut | null
  poll: Required<Poll> | null
  template_id: string | null
  rotator_id: string | null
  enabled: boolean
}

type Content = Omit<AutoreplyIn, 'device_id' | 'position'>

export const hasWords = (kind: Kind): boolean => kind !== 'matches' && kind !== 'default'

/** Only what answers everything else may tell a rotator's number. */
export const sourcesOf = (kind: Kind): Source[] => (kind === 'default' ? ['own', 'template', 'rotator'] : ['own', 'template'])

export const valuesOf = (source: Source): Value[] => (source === 'rotator' ? [...AUTOMATIC_VALUES, ROTATOR_NUMBER] : AUTOMATIC_VALUES)

export function blankAutoreply(): AutoreplyForm {
  return {
    name: '', kind: 'contains', words: '', pattern: '', isTimed: false, hours: blankPart('hours'),
    source: 'own', text: '', media: null, poll: null, template_id: null, rotator_id: null, enabled: true,
  }
}

export function formOf(autoreply: AutoreplyOut): AutoreplyForm {
  const { name, kind, words, pattern, hours, text, template_id, attachment, poll, rotator_id, enabled } = autoreply
  return {
    name, kind, pattern, text, template_id, rotator_id, enabled,
    words: words.join(', '),
    isTimed: hours !== null,
    hours: hours ? partOf({ ...hours, type: 'hours' }) : blankPart('hours'),
    source: template_id ? 'template' : rotator_id ? 'rotator' : 'own',
    media: attachment,
    poll: poll && { name: poll.name, choices: poll.choices, is_multiple: poll.is_multiple ?? false },
  }
}

/** Return what is stored: only what goes with the kind and the source that were chosen. */
export function contentOf(form: AutoreplyForm): Content {
  const source = sourcesOf(form.kind).includes(form.source) ? form.source : 'own'
  const own = source === 'own'
  return {
    name: form.name.trim(),
    kind: form.kind,
    words: hasWords(form.kind) ? wordsOf(form.words) : [],
    pattern: form.kind === 'matches' ? form.pattern : '',
    hours: form.isTimed ? (plainOf({ ...form.hours, kind: 'hours' }) as NonNullable<AutoreplyIn['hours']>) : null,
    text: source === 'template' ? '' : form.text,
    template_id: source === 'template' ? form.template_id : null,
    media_id: own ? (form.media?.id ?? null) : null,
    poll: own && form.poll ? { ...form.poll, choices: form.poll.choices.map((choice) => choice.trim()) } : null,
    rotator_id: source === 'rotator' ? form.rotator_id : null,
    enabled: form.enabled,
  }
}

export type Trouble = 'name' | 'words' | 'rule.pattern' | 'rule.days' | 'rule.clock' | 'answer' | 'template' | 'rotator' | 'question' | 'choices'

const CLOCK = /^([01]\d|2[0-3]):[0-5]\d$/

/** Return what is wrong, by field, as keys of the words. */
export function troubles(form: AutoreplyForm): Record<string, Trouble> {
  const { name, words, pattern, hours, template_id, rotator_id, text, media_id, poll } = contentOf(form)
  const found: Record<string, Trouble> = {}
  if (!name) found['name'] = 'name'
  if (hasWords(form.kind) && !words!.length) found['words'] = 'words'
  if (form.kind === 'matches' && !pattern) found['pattern'] = 'rule.pattern'
  if (hours && !hours.days.length) found['hours.days'] = 'rule.days'
  if (hours && !CLOCK.test(hours.from)) found['hours.from'] = 'rule.clock'
  if (hours && !CLOCK.test(hours.to)) found['hours.to'] = 'rule.clock'
  if (form.source === 'template' && !template_id) found['template_id'] = 'template'
  else if (form.source === 'rotator' && form.kind === 'default' && !rotator_id) found['rotator_id'] = 'rotator'
  else if (!template_id && !rotator_id && !text!.trim() && !media_id && !poll) found['text'] = 'answer'
  if (poll && !poll.name.trim()) found['poll.name'] = 'question'
  if (poll?.choices.some((choice) => !choice)) found['poll.choices'] = 'choices'
  return found
}
