import { describe, expect, it } from 'vitest'
import { replaceSlash, slashAt, typeSlash } from './slash'

describe('slashAt', () => {
  it.each([
    ['/', 1, ''],
    ['/res', 4, 'res'],
    ['/res', 2, 'r'],
    ['hi /ganti barang', 16, 'ganti barang'],
    ['hi\n/x', 5, 'x'],
  ])('finds the word in %j', (text, caret, query) => expect(slashAt(text, caret)?.query).toBe(query))

  it.each([
    ['', 0],
    ['a/b', 3],
    ['https://a', 9],
    ['/x', 0],
    ['/ x', 3],
    ['/x\ny', 4],
    ['/x  y', 5],
    [`/${'x'.repeat(50)}`, 51],
  ])('finds none in %j', (text, caret) => expect(slashAt(text, caret)).toBeNull())
})

describe('replaceSlash', () => {
  it('takes the place of the word and keeps what stands around it', () => {
    const text = 'Hi. /resthen'
    expect(replaceSlash(text, slashAt(text, 8)!, 'Words')).toEqual({ text: 'Hi. Words then', caret: 9 })
    expect(replaceSlash('/x', slashAt('/x', 2)!, '')).toEqual({ text: '', caret: 0 })
  })
})

describe('typeSlash', () => {
  it('begins a word', () => {
    expect(typeSlash('', 0)).toEqual({ text: '/', caret: 1 })
    expect(typeSlash('hi', 2)).toEqual({ text: 'hi /', caret: 4 })
    expect(typeSlash('hi x', 3)).toEqual({ text: 'hi /x', caret: 4 })
  })
})
