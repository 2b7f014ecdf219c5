import { describe, expect, it } from 'vitest'
import { countOwners, limitOf } from './load'

describe('load', () => {
  it("is limited by the agent's own limit, else by the division's", () => {
    expect(limitOf({ limit: 3 }, { limit: 5 })).toBe(3)
    expect(limitOf({ limit: 0 }, { limit: 5 })).toBe(0)
    expect(limitOf({ limit: null }, { limit: 5 })).toBe(5)
    expect(limitOf({ limit: null }, undefined)).toBeNull()
  })

  it('counts what each owner has', () => {
    const owned = ['ani', null, 'budi', 'ani'].map((assignee_id) => ({ assignee_id }))
    expect([...countOwners(owned)]).toEqual([['ani', 2], ['budi', 1]])
  })
})
