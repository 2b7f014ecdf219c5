import { mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { defineComponent, ref } from 'vue'
import { describe, expect, it, vi } from 'vitest'
import type { ConversationOut, SessionOut } from '@/api/schema'
import { i18n, loadWords } from '@/locales'
import { useCommands } from '@/stores/commands'
import { useSession } from '@/stores/session'
import { pageIsShown } from '@/ui/lazy'
import { useInboxCommands } from '../commands'
import type { InboxActs } from './inboxKeys'
import { keyOf, sheet } from './registry'

const conversation = (status: string, assignee_id: string | null) => ({ id: 'c', status, assignee_id, contact: { number: '62811', labels: [] } }) as unknown as ConversationOut
const rows = sheet.flatMap((group) => group.rows)

/** What the palette offers for one of mine, for one that waits, and for a resolved one: ids and their keys. */
async function offered(): Promise<Map<string, string>> {
  vi.stubGlobal('requestIdleCallback', (load: () => void) => load())
  pageIsShown()
  await loadWords('common', 'inbox')
  setActivePinia(createPinia())
  useSession().me = { agent: { id: 'me' }, role: 'agent' } as unknown as SessionOut
  const found = new Map<string, string>()
  const shown = ref<ConversationOut | null>(conversation('assigned', 'me'))
  const Page = defineComponent({ setup: () => (useInboxCommands(shown, {} as InboxActs), () => null) })
  mount(Page, { global: { plugins: [i18n] } })
  await vi.waitFor(() => expect(useCommands().groups.flatMap((group) => group.commands.map((each) => each.id))).toContain('poll'), { timeout: 4_000 })
  for (const each of [conversation('assigned', 'me'), conversation('waiting', null), conversation('resolved', 'me')]) {
    shown.value = each
    for (const command of useCommands().groups.flatMap((group) => group.commands)) found.set(command.id, command.keys ?? '')
  }
  return found
}

describe('the registry of keys', () => {
  it('has every command of the sheet in the palette, with the same key', async () => {
    const palette = await offered()
    const commands = rows.filter((row) => !row.isMove)
    expect(commands.filter((row) => !palette.has(row.does))).toEqual([])
    expect([...palette].filter(([id, key]) => key !== keyOf(id))).toEqual([])
  })

  it('shows what is held down with a key', () => {
    expect(keyOf('searchAll')).toBe('Ctrl Shift F')
    expect(keyOf('snooze')).toBe('S')
  })

  it('names no key twice in the inbox', () => {
    const keys = rows.filter((row) => row.keys.length === 1).map((row) => row.keys[0])
    expect(keys).toEqual([...new Set(keys)])
  })
})
