/* What the palette offers beside the keys of every day: what is added to a reply, and what is taken along. */
import { ChartBarDecreasing, Copy, Download, MapPin, MessageSquarePlus, Paperclip, Smile } from '@lucide/vue'
import type { ConversationOut } from '@/api/schema'
import type { Command } from '@/stores/commands'
import { type Part, adding } from './asking'
import { downloadTranscript } from './transcript'
import type { InboxActs } from './keys/inboxKeys'
import { keyOf } from './keys/registry'

type Words = (key: string) => string

const add = (part: Part) => () => void (adding.value = part)

export const ofConversation = (open: ConversationOut, t: Words): Command[] => [
  { id: 'attach', label: t('composer.attach'), icon: Paperclip, run: add('attach') },
  { id: 'emoji', label: t('composer.emoji'), icon: Smile, run: add('emoji') },
  { id: 'location', label: t('thread.kinds.location'), icon: MapPin, run: add('location') },
  { id: 'poll', label: t('thread.kinds.poll'), icon: ChartBarDecreasing, run: add('poll') },
  { id: 'copyNumber', label: t('contact.copyNumber'), icon: Copy, run: () => void navigator.clipboard.writeText(open.contact.number) },
  { id: 'transcript', label: t('transcript.download'), icon: Download, run: () => downloadTranscript(open.id) },
]

export const ofInbox = (acts: InboxActs, t: Words): Command[] => [
  { id: 'start', label: t('start.title'), icon: MessageSquarePlus, keys: keyOf('start'), run: acts.start },
]
