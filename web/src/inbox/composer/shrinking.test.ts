import { describe, expect, it } from 'vitest'
import { fit, isShrinkable, jpegName } from './shrinking'

describe('fit', () => {
  it('keeps the proportions and enlarges nothing', () => {
    expect(fit(4000, 3000)).toEqual([1600, 1200])
    expect(fit(3000, 4000)).toEqual([1200, 1600])
    expect(fit(640, 480)).toEqual([640, 480])
    expect(fit(100_000, 10)).toEqual([1600, 1])
  })
})

it('names what it makes by what it is', () => {
  expect(['a.b.png', 'photo', '.webp'].map(jpegName)).toEqual(['a.b.jpg', 'photo.jpg', '.jpg'])
  expect(['image/gif', 'image/png', 'video/mp4'].map((mime) => isShrinkable({ mime }))).toEqual([false, true, false])
})
