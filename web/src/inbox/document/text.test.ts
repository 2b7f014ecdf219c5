import { afterEach, describe, expect, it, vi } from 'vitest'
import { decode, readStart, tableOf } from './text'

const bytes = (...all: number[]) => Uint8Array.from(all)

describe('decode', () => {
  it('takes UTF-8, without the mark that some programs put before it', () => {
    expect(decode(bytes(0xef, 0xbb, 0xbf, 0x63, 0xc3, 0xa9), false)).toBe('cé')
  })

  it('takes Latin-1 where it is no UTF-8', () => {
    expect(decode(bytes(0x63, 0xe9, 0x21), false)).toBe('cé!')
  })

  it('leaves out a character that the cut went through', () => {
    expect(decode(bytes(0x63, 0xc3), true)).toBe('c')
    expect(decode(bytes(0x63, 0xc3), false)).toBe('cÃ')
  })
})

describe('tableOf', () => {
  it('reads cells between commas, semicolons or tabs', () => {
    for (const by of [',', ';', '\t']) expect(tableOf(['a', 'b', 'c'].join(by) + '\n' + ['1', '2', '3'].join(by)).shown).toEqual([['a', 'b', 'c'], ['1', '2', '3']])
  })

  it('reads what is between quotes as it stands', () => {
    expect(tableOf('n,t\r\n1,"a, ""b""\nc"\r\n').shown).toEqual([['n', 't'], ['1', 'a, "b"\nc']])
  })

  it('makes every row as wide as the widest', () => {
    expect(tableOf('a\n1,2,\n\n3').shown).toEqual([['a', '', ''], ['1', '2', ''], ['', '', ''], ['3', '', '']])
    expect(tableOf('a,').shown).toEqual([['a', '']])
    expect(tableOf('').shown).toEqual([['']])
  })

  it('shows so many rows and cells, and says that there are more', () => {
    expect(tableOf('a\n'.repeat(500))).toMatchObject({ isCut: false })
    expect(tableOf('a\n'.repeat(501))).toMatchObject({ isCut: true, shown: { length: 500 } })
    expect(tableOf(','.repeat(39)).isCut).toBe(false)
    const wide = tableOf(','.repeat(40))
    expect([wide.isCut, wide.shown[0]!.length]).toEqual([true, 40])
  })

  it('ends with any text', () => {
    for (const text of ['"', '"a', 'a"b', '"a"b,c', '""', '\r', ',\r\n,', '"a""']) expect(tableOf(text).shown.length).toBeGreaterThan(0)
    expect(tableOf('"open\n1,2').shown).toEqual([['open\n1,2']])
  })
})

describe('readStart', () => {
  afterEach(() => vi.unstubAllGlobals())
  const serve = (text: string, status = 200) => vi.stubGlobal('fetch', vi.fn(() => Promise.resolve(new Response(text, { status }))))

  it('reads a whole short file', async () => {
    serve('abc')
    expect(await readStart('/media/1', 3)).toEqual({ shown: bytes(97, 98, 99), isCut: false })
  })

  it('stops where there is more than is shown', async () => {
    serve('abcd')
    expect(await readStart('/media/1', 3)).toEqual({ shown: bytes(97, 98, 99), isCut: true })
  })

  it('throws where the file cannot be had', async () => {
    serve('', 404)
    await expect(readStart('/media/1', 3)).rejects.toThrow()
  })
})
