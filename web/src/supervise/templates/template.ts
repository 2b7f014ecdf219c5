/* A template as its form holds it, and as the API takes it. Pure. */
import type { TemplateImportOut, Location, MediaOut, Poll, TemplateIn, TemplateOut, TemplatePatch } from '@/api/schema'

export type Extra = 'media' | 'location' | 'poll'

export interface PlaceForm {
  coordinates: string
  name: string
}

export interface TemplateForm {
  name: string
  shortcut: string
  text: string
  media: MediaOut | null
  location: PlaceForm | null
  poll: Required<Poll> | null
  division_ids: string[]
}

export const FEWEST_CHOICES = 2
export const MOST_CHOICES = 12
const SHORTCUT = /^[A-Za-z0-9_-]{1,32}$/
const DEGREES = /(-?\d{1,3}(?:\.\d+)?)\s*,\s*(-?\d{1,3}(?:\.\d+)?)/

export const emptyPoll = (): Required<Poll> => ({ name: '', choices: ['', ''], is_multiple: false })

export function formOf(template: TemplateOut): TemplateForm {
  const { name, shortcut, text, attachment, location, poll, division_ids } = template
  return {
    name, shortcut, text,
    media: attachment,
    location: location && { coordinates: `${location.latitude}, ${location.longitude}`, name: location.name ?? '' },
    poll: poll && { name: poll.name, choices: poll.choices, is_multiple: poll.is_multiple ?? false },
    division_ids,
  }
}

export function blankTemplate(start: Partial<TemplateForm>): TemplateForm {
  return { name: '', shortcut: '', text: '', media: null, location: null, poll: null, division_ids: [], ...start }
}

export const bodyOf = (form: TemplateForm): TemplateIn => patchOf(form) as TemplateIn

export function patchOf(changes: Partial<TemplateForm>): TemplatePatch {
  const { media, location, poll, ...rest } = changes
  return {
    ...rest,
    ...(media === undefined ? {} : { media_id: media?.id ?? null }),
    ...(location === undefined ? {} : { location: location && placeOf(location) }),
    ...(poll === undefined ? {} : { poll: poll && { ...poll, choices: poll.choices.map((choice) => choice.trim()) } }),
  }
}

/** Return the place that is meant, from `-6.2, 106.8` or a map's link; null where there is none. */
export function placeOf({ coordinates, name }: PlaceForm): Location | null {
  const found = DEGREES.exec(coordinates)
  if (!found) return null
  const [latitude, longitude] = [Number(found[1]), Number(found[2])]
  if (Math.abs(latitude) > 90 || Math.abs(longitude) > 180) return null
  return { latitude, longitude, name: name.trim() }
}

/** Return what is wrong with a shortcut: `pattern`, `used`, or nothing. */
export function shortcutTrouble(shortcut: string, others: Iterable<string>): 'pattern' | 'used' | null {
  if (!SHORTCUT.test(shortcut)) return 'pattern'
  const folded = shortcut.toLowerCase()
  return [...others].some((other) => other.toLowerCase() === folded) ? 'used' : null
}

type Imported = TemplateImportOut['items'][number]

/** Return what became of an archive that is sent once more for what was left of it. */
export function goOn(before: Imported[], now: Imported[]): Imported[] {
  return before.map((item, at) => (item.outcome === 'left' ? now[at] ?? item : item))
}

const OUTCOMES = ['added', 'changed', 'unchanged', 'refused', 'left'] as const

/** Return how many templates of an archive had which outcome, and those that were refused, or left for a reason. */
export function outcomesOf(items: Imported[]): { counts: [Imported['outcome'], number][]; refused: Imported[] } {
  const of = (outcome: Imported['outcome']) => items.filter((item) => item.outcome === outcome)
  const counts = OUTCOMES.map((outcome): [Imported['outcome'], number] => [outcome, of(outcome).length])
  return { counts: counts.filter(([, count]) => count), refused: items.filter((item) => Object.keys(item.errors).length) }
}

/** Return templates, those used most first, then by name. */
export const byUses = (templates: TemplateOut[]): TemplateOut[] =>
  [...templates].sort((one, other) => other.uses - one.uses || one.name.localeCompare(other.name))

/** Return the templates in which every word of the question occurs: in name, shortcut or text. */
export function search(templates: TemplateOut[], question: string): TemplateOut[] {
  const words = question.toLowerCase().split(/\s+/).filter(Boolean).map((word) => word.replace(/^\//, ''))
  return templates.filter((template) => {
    const text = `${template.name}\n${template.shortcut}\n${template.text}`.toLowerCase()
    return words.every((word) => text.includes(word))
  })
}
