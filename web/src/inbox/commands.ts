/* What the command palette offers for the open conversation and the inbox. */
import { AlarmClock, AlarmClockOff, ArrowRightLeft, Check, CircleQuestionMark, Forward, Hand, Keyboard, Lock, PanelRight, RotateCcw, Search, SquareSlash, Tag, TextSearch, Undo2 } from '@lucide/vue'
import type { Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import type { ConversationOut } from '@/api/schema'
import { type Command, type CommandGroup, useCommands } from '@/stores/commands'
import { useDrafts } from '@/stores/drafts'
import { useThreads } from '@/stores/threads'
import { askForward } from './asking'
import { useDeeds } from './deeds'
import type { InboxActs } from './keys/inboxKeys'
import { forwardable } from './thread/forwarding'

const deedFaces = {
  take: { icon: Hand, keys: 'T' },
  takeOver: { icon: Hand, keys: 'T' },
  transfer: { icon: ArrowRightLeft, keys: 'F' },
  release: { icon: Undo2, keys: 'U' },
  snooze: { icon: AlarmClock, keys: 'S' },
  wake: { icon: AlarmClockOff },
  resolve: { icon: Check, keys: 'E' },
  reopen: { icon: RotateCcw, keys: 'E' },
} as const

export function useInboxCommands(conversation: Ref<ConversationOut | null>, acts: InboxActs): void {
  const { t } = useI18n()
  const { run, allowedFor } = useDeeds()
  const threads = useThreads()
  const drafts = useDrafts()

  function forwarding(open: ConversationOut): Command[] {
    const quoted = drafts.of(open.id).replyTo
    const line = forwardable(threads.threads.get(open.id)?.lines ?? [], quoted)
    return line ? [{ id: 'forward', label: t(line.id === quoted ? 'forward.quoted' : 'forward.newest'), icon: Forward, run: () => askForward(line) }] : []
  }

  function ofConversation(open: ConversationOut): Command[] {
    const deeds = [...allowedFor(open)].map((deed) => ({
      id: deed,
      label: t(`deed.${deed}`),
      ...deedFaces[deed],
      run: () => run(deed, open),
    }))
    return [
      ...deeds,
      { id: 'labels', label: t('labels.change'), icon: Tag, keys: 'L', run: acts.labels },
      { id: 'quickReplies', label: t('keys.does.quickReplies'), icon: SquareSlash, keys: '/', run: acts.quickReplies },
      { id: 'note', label: t('keys.does.note'), icon: Lock, keys: 'N', run: acts.note },
      ...forwarding(open),
      { id: 'why', label: t('keys.does.why'), icon: CircleQuestionMark, keys: 'Y', run: acts.why },
      { id: 'contact', label: t('keys.does.contact'), icon: PanelRight, keys: 'I', run: acts.contact },
    ]
  }

  const ofInbox = (): Command[] => [
    { id: 'search', label: t('list.search'), icon: Search, run: acts.search },
    { id: 'searchAll', label: t('keys.does.searchAll'), icon: TextSearch, run: acts.searchAll },
    { id: 'sheet', label: t('keys.title'), icon: Keyboard, keys: '?', run: acts.sheet },
  ]

  useCommands().offer((): CommandGroup[] => [
    ...(conversation.value ? [{ title: t('deed.title'), commands: ofConversation(conversation.value) }] : []),
    { title: t('list.label'), commands: ofInbox() },
  ])
}
