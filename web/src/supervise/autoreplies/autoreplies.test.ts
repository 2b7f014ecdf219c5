import { expect, test } from 'vitest'
import type { AutoreplyOut } from '@/api/schema'
import { blankAutoreply, contentOf, formOf, sourcesOf, troubles } from './autoreply'

const autoreply: AutoreplyOut = {
  id: 'a', device_id: 'd', name: 'Prices', position: 0, kind: 'exact', words: ['price', 'harga'], pattern: '',
  hours: { type: 'hours', days: ['mon'], from: '09:00', to: '17:00', time_zone: null, is_outside: false } as AutoreplyOut['hours'],
  text: 'Here', template_id: null, attachment: null, poll: { name: 'Which?', choices: ['A', 'B'], is_multiple: false },
  rotator_id: null, enabled: true, is_deleted: false,
}

test('an autoreply goes to its form and back', () => {
  const { id: _i, device_id: _d, position: _p, attachment: _a, is_deleted: _x, ...content } = autoreply
  expect(contentOf({ ...formOf(autoreply), name: ' Prices ' })).toEqual({ ...content, media_id: null })
  expect(troubles(formOf(autoreply))).toEqual({})
})

test('only what goes with the kind and the source is stored', () => {
  const form = { ...formOf(autoreply), kind: 'default' as const, source: 'rotator' as const, rotator_id: 'r', isTimed: false }
  expect(contentOf(form)).toMatchObject({ words: [], hours: null, poll: null, rotator_id: 'r', text: 'Here' })
  expect(contentOf({ ...form, kind: 'exact' })).toMatchObject({ words: ['price', 'harga'], rotator_id: null, poll: { name: 'Which?' } })
  expect(contentOf({ ...form, source: 'template', template_id: 't' })).toMatchObject({ text: '', template_id: 't', rotator_id: null })
  expect(sourcesOf('exact')).not.toContain('rotator')
})

test('what is missing is told by its field', () => {
  const blank = blankAutoreply()
  expect(troubles(blank)).toEqual({ name: 'name', words: 'words', text: 'answer' })
  expect(troubles({ ...blank, name: 'A', kind: 'matches' })).toEqual({ pattern: 'rule.pattern', text: 'answer' })
  expect(troubles({ ...blank, name: 'A', kind: 'default', source: 'rotator' })).toEqual({ rotator_id: 'rotator' })
  expect(troubles({ ...blank, name: 'A', kind: 'default', source: 'template' })).toEqual({ template_id: 'template' })
  const timed = { ...blank, name: 'A', kind: 'default' as const, text: 'Hi', isTimed: true, hours: { ...blank.hours, days: [], to: '' } }
  expect(troubles(timed)).toEqual({ 'hours.days': 'rule.days', 'hours.to': 'rule.clock' })
  const asking = { ...blank, name: 'A', kind: 'default' as const, poll: { name: '', choices: ['A', ' '], is_multiple: false } }
  expect(troubles(asking)).toEqual({ 'poll.name': 'question', 'poll.choices': 'choices' })
})
