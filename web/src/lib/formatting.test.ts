import { describe, expect, it } from 'vitest'
import { type Piece, isFormatted, parse, plain } from './formatting'

const show = (pieces: Piece[]): string =>
  pieces
    .map((piece) => {
      if (piece.kind === 'text') return piece.text
      if (piece.kind === 'link') return `<a ${piece.href}>${piece.text}</a>`
      if (piece.kind === 'mono') return `<m${piece.isBlock ? '!' : ''}>${piece.text}</m>`
      return `<${piece.kind[0]}>${show(piece.pieces)}</${piece.kind[0]}>`
    })
    .join('')

describe('formatting', () => {
  it.each([
    ['plain', 'plain'],
    ['', ''],
    ['a *bold* word', 'a <b>bold</b> word'],
    ['*bold*, _italic_ and ~gone~.', '<b>bold</b>, <i>italic</i> and <s>gone</s>.'],
    ['*both _of_ them*', '<b>both <i>of</i> them</b>'],
    ['2*3*4 and snake_case_name', '2*3*4 and snake_case_name'],
    ['* no* and *no *', '* no* and *no *'],
    ['*never\nacross lines*', '*never\nacross lines*'],
    ['**', '**'],
    ['*a* *b*', '<b>a</b> <b>b</b>'],
    ['`*raw*`', '<m>*raw*</m>'],
    ['```\na\n*b*\n```', '<m!>a\n*b*</m>'],
    ['` `', '` `'],
    ['é*no*', 'é*no*'],
    ['(*yes*)', '(<b>yes</b>)'],
    ['<b>text</b>', '<b>text</b>'],
  ])('reads %j', (text, shown) => expect(show(parse(text))).toBe(shown))

  it.each([
    ['https://a.example/x_y_z', '<a https://a.example/x_y_z>https://a.example/x_y_z</a>'],
    ['see www.a.example.', 'see <a https://www.a.example>www.a.example</a>.'],
    ['(https://a.example/b(c))', '(<a https://a.example/b(c)>https://a.example/b(c)</a>)'],
    ['*https://a.example*', '<b><a https://a.example>https://a.example</a></b>'],
    ['javascript:alert(1)', 'javascript:alert(1)'],
    ['https:// nothing', 'https:// nothing'],
    ['xhttps://a.example', 'xhttps://a.example'],
  ])('links %j', (text, shown) => expect(show(parse(text))).toBe(shown))

  it('tells formatted from plain', () => {
    expect(isFormatted('see https://a.example')).toBe(false)
    expect(isFormatted('*now*')).toBe(true)
  })

  it('is quick with long lines of marks', () => {
    const started = performance.now()
    for (const text of ['*a '.repeat(20_000), '`'.repeat(60_000), '*a_b~c '.repeat(8_000), 'https://'.repeat(7_000)]) parse(text)
    expect(performance.now() - started).toBeLessThan(1_000)
  })
})

describe('plain', () => {
  it('leaves the marks out and everything else as it is', () => {
    expect(plain('*Hi* _there_ ~old~ `x_y` 2*3*4 https://a_b.example')).toBe('Hi there old x_y 2*3*4 https://a_b.example')
  })
})
