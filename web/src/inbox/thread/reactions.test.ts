import { expect, test } from 'vitest'
import { countReactions } from './reactions'

test('each emoji stands once, the most given first', () => {
  const by = (emoji: string, ...people: string[]) => people.map((person) => ({ by: person, emoji }))
  expect(countReactions([...by('👍', '1'), ...by('🙏', '2', '3'), ...by('❤️', '')])).toEqual([['🙏', 2], ['👍', 1], ['❤️', 1]])
})
