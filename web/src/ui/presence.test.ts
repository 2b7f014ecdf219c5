import { expect, it } from 'vitest'
import { byPresence } from './presence'

it('puts who is there before who is away and who is gone, each by name', () => {
  const agents = [
    { name: 'Ani', presence: 'offline' as const },
    { name: 'Budi', presence: 'away' as const },
    { name: 'Dewi', presence: 'online' as const },
    { name: 'Citra', presence: 'online' as const },
  ]
  expect(agents.sort(byPresence).map((each) => each.name)).toEqual(['Citra', 'Dewi', 'Budi', 'Ani'])
})
