/* The keys of the inbox. Letters act when no field has the focus; arrows and Enter also leave buttons,
   links and panes that scroll their own meaning. */
import { useKeys } from '@/lib/keys'
import type { View } from '../list/rows'

export interface InboxActs {
  step: (by: 1 | -1) => void
  reply: () => void
  quickReplies: () => void
  note: () => void
  take: () => void
  transfer: () => void
  release: () => void
  snooze: () => void
  resolve: () => void
  labels: () => void
  contact: () => void
  why: () => void
  undo: () => void
  back: () => void
  sheet: () => void
  start: () => void
  search: () => void
  searchAll: () => void
  go: (view: View) => void
}

const PREFIX_MS = 1_200
const views: Record<string, View> = { m: 'mine', n: 'mentions', w: 'waiting', a: 'all', s: 'snoozed', r: 'resolved' }

export function useInboxKeys(acts: InboxActs): void {
  let prefixedAt = 0

  /** `G` then a letter goes to a view; otherwise the letter does what it does. */
  const letter = (key: string, act: () => void) => (event: KeyboardEvent) => {
    const view = views[key]
    const isPrefixed = Date.now() - prefixedAt < PREFIX_MS
    prefixedAt = 0
    if (isPrefixed && view) acts.go(view)
    else if (!event.repeat) act()
  }
  const nothing = () => undefined

  useKeys({
    g: () => (prefixedAt = Date.now()),
    m: letter('m', nothing),
    w: letter('w', nothing),
    a: letter('a', nothing),
    r: letter('r', acts.reply),
    s: letter('s', acts.snooze),
    n: letter('n', acts.note),
    c: letter('c', acts.start),
    j: () => acts.step(1),
    k: () => acts.step(-1),
    ArrowDown: (event) => isFree(event.target) && acts.step(1),
    ArrowUp: (event) => isFree(event.target) && acts.step(-1),
    Enter: (event) => isFreeForEnter(event.target) && acts.reply(),
    '/': acts.quickReplies,
    e: letter('e', acts.resolve),
    t: letter('t', acts.take),
    f: letter('f', acts.transfer),
    u: letter('u', acts.release),
    l: letter('l', acts.labels),
    i: letter('i', acts.contact),
    y: letter('y', acts.why),
    z: letter('z', acts.undo),
    Escape: acts.back,
    'mod+f': (event) => (event.shiftKey ? acts.searchAll() : acts.search()),
  })
}

/** Nothing that scrolls has the focus, or the list has. */
function isFree(target: EventTarget | null): boolean {
  return !(target instanceof Element) || !target.closest('.side, .thread, .contact, .tabbar')
}

/** Enter presses what has the focus; on the row of the open conversation it goes on to the reply. */
function isFreeForEnter(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return true
  const control = target.closest('a, button, summary, [role=button], [role=option]')
  return !control || control.matches('.conv[aria-current]')
}
