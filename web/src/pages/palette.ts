/* What the palette shows for what was typed. Pure. */
import { plain } from '@/lib/finding'
import type { Command } from '@/stores/commands'
import type { Found } from './found'

export type Choice = ({ kind: 'command' } & Command) | Found

interface Group {
  title: string
  items: Choice[]
}

/** Every word of what was typed begins a word of the label. */
export function isMeant(label: string, typed: string): boolean {
  const words = plain(label).split(/[\s,./]+/)
  return plain(typed).split(/\s+/).filter(Boolean).every((part) => words.some((word) => word.startsWith(part)))
}

export function narrow(groups: Group[], typed: string): Group[] {
  return groups
    .map((group) => ({ ...group, items: group.items.filter((each) => each.kind === 'command' && isMeant(each.label, typed)) }))
    .filter((group) => group.items.length)
}
