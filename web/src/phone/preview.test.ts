import { expect, test } from 'vitest'
import { firstLink } from './preview'

test('the first link of a text is previewed, also where it is bold', () => {
  expect(firstLink('See *https://shop.example/a?b=1* or www.other.example')?.href).toBe('https://shop.example/a?b=1')
  expect(firstLink('www.shop.example.')?.host).toBe('www.shop.example')
})

test('what has no link has no preview', () => {
  expect(firstLink('shop.example and `https://mono.example`')).toBeNull()
  expect(firstLink('http://[')).toBeNull()
})
