/* The same content once more: as a new reply, or back into what is being typed. Pure. */
import type { MessageOut } from '@/api/schema'
import { type Draft, emptyDraft } from '@/stores/drafts'
import type { Outgoing } from '@/stores/outgoing'

type Content = Pick<MessageOut, 'text' | 'media' | 'location' | 'poll'>

export function draftOf(line: Content & { reply_to: string | null }): Draft {
  const { text, media, location, poll, reply_to } = line
  return { ...emptyDraft(), text, attachments: media ? [media] : [], location, poll, replyTo: reply_to }
}

/** A reply on its way as the message it will be, for the thread. */
export function lineOf(item: Outgoing, sender: MessageOut['sender']): MessageOut {
  const kind = item.poll ? 'poll' : item.media ? kindOf(item.media.mime) : item.location ? 'location' : 'text'
  return {
    id: item.clientId, number: 0, conversation_id: item.conversationId, device_id: '', contact_id: '', member_id: null,
    direction: 'out', kind, text: item.text, media: item.media, location: item.location, poll: item.poll, choices: [],
    status: 'queued', failure: '', client_id: item.clientId, sender, reply_to: item.replyTo, is_from_phone: false,
    is_possible_repeat: false, is_forwarded: false, is_deleted: false, edited_at: null, reactions: [], sort_at: item.at, created_at: item.at, broadcast_id: null, mentions: [],
  }
}

function kindOf(mime: string): MessageOut['kind'] {
  const family = mime.split('/')[0]
  return family === 'image' || family === 'video' || family === 'audio' ? family : 'document'
}
