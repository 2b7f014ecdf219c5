/* What the command palette offers for the open conversation and the inbox. */
import { AlarmClock, AlarmClockOff, ArrowRightLeft, Check, CircleQuestionMark, Forward, Hand, Keyboard, Lock, PanelRight, RotateCcw, Search, SquareSlash, Tag, TextSearch, Undo2 } from '@lucide/vue'
import { type Ref, shallowRef } from 'vue'
import { useI18n } from 'vue-i18n'
import type { ConversationOut } from '@/api/schema'
import { loadWords } from '@/locales'
import { type Command, type CommandGroup, useCommands } from '@/stores/commands'
import { useDrafts } from '@/stores/drafts'
import { useThreads } from '@/stores/threads'
import { loadAhead } from '@/ui/lazy'
import { askForward } from './asking'
import { useDeeds } from './deeds'
import type { InboxActs } from './keys/inboxKeys'
import { keyOf } from './keys/registry'
import type * as More from './more'
import { forwardable } from './thread/forwarding'

const deedIcons = { take: Hand, takeOver: Hand, transfer: ArrowRightLeft, release: Undo2, snooze: AlarmClock, wake: AlarmClockOff, resolve: Check, reopen: RotateCcw }

export function useInboxCommands(conversation: Ref<ConversationOut | null>, acts: InboxActs): void {
  const { t } = useI18n()
  const { run, allowedFor } = useDeeds()
  const threads = useThreads()
  const drafts = useDrafts()
  /** What is seldom wanted comes after the page. */
  const more = shallowRef<typeof More>()
  void loadAhead(async () => {
    const [part] = await Promise.all([import('./more'), loadWords('composer')])
    more.value = part
  })

  function forwarding(open: ConversationOut): Command[] {
    const quoted = drafts.of(open.id).replyTo
    const line = forwardable(threads.threads.get(open.id)?.lines ?? [], quoted)
    return line ? [{ id: 'forward', label: t(line.id === quoted ? 'forward.quoted' : 'forward.newest'), icon: Forward, run: () => askForward(line) }] : []
  }

  function ofConversation(open: ConversationOut): Command[] {
    const deeds = [...allowedFor(open)].map((deed) => ({
      id: deed,
      label: t(`deed.${deed}`),
      icon: deedIcons[deed],
      keys: keyOf(deed),
      run: () => run(deed, open),
    }))
    return [
      ...deeds,
      { id: 'labels', label: t('labels.change'), icon: Tag, keys: keyOf('labels'), run: acts.labels },
      { id: 'quickReplies', label: t('keys.does.quickReplies'), icon: SquareSlash, keys: keyOf('quickReplies'), run: acts.quickReplies },
      { id: 'note', label: t('keys.does.note'), icon: Lock, keys: keyOf('note'), run: acts.note },
      ...forwarding(open),
      { id: 'why', label: t('keys.does.why'), icon: CircleQuestionMark, keys: keyOf('why'), run: acts.why },
      { id: 'contact', label: t('keys.does.contact'), icon: PanelRight, keys: keyOf('contact'), run: acts.contact },
      ...(more.value?.ofConversation(open, t) ?? []),
    ]
  }

  const ofInbox = (): Command[] => [
    { id: 'search', label: t('list.search'), icon: Search, keys: keyOf('search'), run: acts.search },
    { id: 'searchAll', label: t('keys.does.searchAll'), icon: TextSearch, keys: keyOf('searchAll'), run: acts.searchAll },
    ...(more.value?.ofInbox(acts, t) ?? []),
    { id: 'sheet', label: t('keys.title'), icon: Keyboard, keys: keyOf('sheet'), run: acts.sheet },
  ]

  useCommands().offer((): CommandGroup[] => [
    ...(conversation.value ? [{ title: t('deed.title'), commands: ofConversation(conversation.value) }] : []),
    { title: t('list.label'), commands: ofInbox() },
  ])
}
