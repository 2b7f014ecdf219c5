import { describe, expect, it } from 'vitest'
import type { TemplateOut } from '@/api/schema'
import { askingText, blanksOf, fillBlanks, findTemplates, partsOf, type Found } from './templates'

function template(name: string, shortcut: string, text = '', uses = 0): TemplateOut {
  return { id: name, name, shortcut, text, attachment: null, location: null, poll: null, division_ids: [], is_deleted: false, uses, last_used_at: null }
}

const all = [
  template('Ganti barang: resi baru', 'resi', 'Halo Kak {contact.name}, barang pengganti'),
  template('Courier reschedule', 'resched', 'No problem, which day suits you better?'),
  template('Store hours', 'jam', 'Kami buka Senin–Sabtu, 08.00–20.00'),
  template('Return steps', 'retur', 'Tape the box shut. Print the label.'),
  template('Harga', 'price', 'Harganya mulai dari 45.000'),
]
const names = (found: Found[]) => found.map((each) => each.template.name)
const show = (marked: Found['name']) => marked.map((part) => (part.isMatch ? `[${part.text}]` : part.text)).join('')

describe('findTemplates', () => {
  it('offers all without a query, those used most first', () => {
    const used: Record<string, number> = { Harga: 3, 'Store hours': 9 }
    expect(names(findTemplates(all.map((each) => ({ ...each, uses: used[each.name] ?? 0 })), ''))).toEqual(['Store hours', 'Harga', 'Ganti barang: resi baru', 'Courier reschedule', 'Return steps'])
  })

  it('puts the shortcut before the name before the text, and marks what matched', () => {
    const found = findTemplates(all, 'res')
    expect(names(found).slice(0, 2)).toEqual(['Ganti barang: resi baru', 'Courier reschedule'])
    expect(show(found[0]!.shortcut)).toBe('[res]i')
    expect(show(found[0]!.name)).toBe('Ganti barang: [res]i baru')
  })

  it('finds by words of the text, in any case and order', () => {
    expect(names(findTemplates(all, 'SABTU'))).toEqual(['Store hours'])
    expect(names(findTemplates(all, 'steps return'))).toEqual(['Return steps'])
  })

  it('forgives letters that are left out', () => {
    expect(names(findTemplates(all, 'prce'))).toContain('Harga')
    expect(names(findTemplates(all, 'zzz'))).toEqual([])
  })

  it('prefers what is used more where two match alike', () => {
    const twins = [template('One', 'aa'), template('Two', 'ab', '', 1)]
    expect(names(findTemplates(twins, 'a'))).toEqual(['Two', 'One'])
  })
})

const text = 'Halo {contact.name}, resi {?number}, tiba {?day}. {time.greeting}, {agent.name} {x}'

describe('partsOf', () => {
  it('shows fields empty until the server filled them', () => {
    expect(partsOf('Hi {contact.name}', null)).toEqual([
      { kind: 'words', text: 'Hi ' },
      { kind: 'field', name: 'contact.name', value: null },
    ])
  })

  it('reads the fields out of the rendered text, and counts the blanks', () => {
    const parts = partsOf(text, 'Halo Nadia, resi {?number}, tiba {?day}. Selamat pagi, Ayu {x}')
    expect(parts.flatMap((part) => (part.kind === 'field' ? [part.value] : []))).toEqual(['Nadia', 'Selamat pagi', 'Ayu'])
    expect(parts.flatMap((part) => (part.kind === 'blank' ? [`${part.index} ${part.name}`] : []))).toEqual(['0 number', '1 day'])
    expect(parts.at(-1)).toEqual({ kind: 'words', text: '{x}' })
  })

  it('takes names with signs that patterns know', () => {
    expect(partsOf('(a) {contact.name}?', '(a) N.*[x]?')[1]).toMatchObject({ value: 'N.*[x]' })
  })

  it('tells neighbours apart by what is known of them, where that is still so', () => {
    const values = (name: string) =>
      partsOf('{time.greeting} {contact.name}!', 'Good evening Nadia R!', { 'contact.name': name }).flatMap((part) => (part.kind === 'field' ? [part.value] : []))
    expect(values('Nadia R')).toEqual(['Good evening', 'Nadia R'])
    expect(values('Old Name')).toEqual(['Good', 'evening Nadia R'])
  })

  it('stays empty when the two do not fit, for example after a change', () => {
    expect(partsOf('Hi {contact.name}', 'Bye')[1]).toMatchObject({ value: null })
  })
})

describe('blanks', () => {
  it('are named once each, in order', () => expect(blanksOf('{?b} {?a} {?b} {c}')).toEqual(['b', 'a']))

  it('stand for what the server does not know of the contact', () => {
    const text = '{contact.name} of {contact.City}, {?day}'
    expect(askingText(text, 'Nadia of {?contact.City}, {?day}')).toBe('{contact.name} of {?contact.City}, {?day}')
    expect(askingText(text, null)).toBe(text)
  })

  it('are filled everywhere, as they were written', () => {
    expect(fillBlanks('{?a}, {?b}, {?a} {c}', { a: '$& 1', b: '{?a}' })).toBe('$& 1, {?a}, $& 1 {c}')
    expect(fillBlanks('{?a}', {})).toBe('{?a}')
  })
})
