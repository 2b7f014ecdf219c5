/* Putting labels on and taking them off, with the way back. */
import { useI18n } from 'vue-i18n'
import { Problem, ask, http } from '@/api/http'
import type { ConversationOut, DeedOut } from '@/api/schema'
import { toggled } from '@/lib/labels'
import { nameOf } from '@/lib/names'
import { useToasts } from '@/stores/toasts'
import { useWorld } from '@/stores/world'
import { useConversationActions } from '../actions'
import type { Marking } from './markings'

type On = Marking['on']

export function useLabelling() {
  const { t } = useI18n()
  const world = useWorld()
  const toasts = useToasts()
  const { undo } = useConversationActions()

  /** The conversation as it is now, for the one that was looked at may be older. */
  const fresh = (conversation: ConversationOut) => world.world.conversations.get(conversation.id) ?? conversation
  const idsOn = (conversation: ConversationOut, on: On) => (on === 'contact' ? conversation.contact.labels : conversation.labels)

  /** Put labels on; returns what it takes to undo it, null when the server refused. */
  async function set(conversation: ConversationOut, on: On, labels: string[]): Promise<DeedOut | 'contact' | null> {
    try {
      if (on === 'contact') {
        await ask(http.PATCH('/api/v1/contacts/{contact_id}', { params: { path: { contact_id: conversation.contact.id } }, body: { labels } }))
        return 'contact'
      }
      const params = { path: { conversation_id: conversation.id } }
      return await world.keepAnswer(conversation.id, ask(http.PATCH('/api/v1/conversations/{conversation_id}', { params, body: { labels } })))
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      toasts.fail(error)
      return null
    }
  }

  const change = (conversation: ConversationOut, { on, label }: Marking) =>
    set(conversation, on, toggled(idsOn(fresh(conversation), on), label.id))

  async function mark(conversation: ConversationOut, marking: Marking): Promise<void> {
    const wasSet = idsOn(fresh(conversation), marking.on).includes(marking.label.id)
    const done = await change(conversation, marking)
    if (!done) return
    const said = t(wasSet ? 'labels.takenOff' : 'labels.putOn', { label: marking.label.name, name: nameOf(conversation.contact) })
    const isStill = () => world.world.labels.has(marking.label.id) && idsOn(fresh(conversation), marking.on).includes(marking.label.id) !== wasSet
    const run = () => void (done === 'contact' ? change(conversation, marking) : undo(done))
    toasts.show(said, { label: t('undo'), run, obstacle: () => (isStill() ? '' : t('undoing.nothing')) })
  }

  return { mark }
}
