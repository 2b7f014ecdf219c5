/* Putting labels on and taking them off, with the way back. */
import { useI18n } from 'vue-i18n'
import { Problem, ask, http } from '@/api/http'
import type { ConversationOut } from '@/api/schema'
import { toggled } from '@/lib/labels'
import { nameOf } from '@/lib/names'
import { useToasts } from '@/stores/toasts'
import { useWorld } from '@/stores/world'
import type { Marking } from './markings'

type On = Marking['on']

export function useLabelling() {
  const { t } = useI18n()
  const world = useWorld()
  const toasts = useToasts()

  /** The conversation as it is now, for the one that was looked at may be older. */
  const fresh = (conversation: ConversationOut) => world.world.conversations.get(conversation.id) ?? conversation
  const idsOn = (conversation: ConversationOut, on: On) => (on === 'contact' ? conversation.contact.labels : conversation.labels)

  async function set(conversation: ConversationOut, on: On, labels: string[]): Promise<boolean> {
    try {
      if (on === 'contact') {
        await ask(http.PATCH('/api/v1/contacts/{contact_id}', { params: { path: { contact_id: conversation.contact.id } }, body: { labels } }))
      } else {
        const params = { path: { conversation_id: conversation.id } }
        await world.keepAnswer(conversation.id, ask(http.PATCH('/api/v1/conversations/{conversation_id}', { params, body: { labels } })))
      }
      return true
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      toasts.fail(error)
      return false
    }
  }

  function change(conversation: ConversationOut, { on, label }: Marking): Promise<boolean> {
    return set(conversation, on, toggled(idsOn(fresh(conversation), on), label.id))
  }

  async function mark(conversation: ConversationOut, marking: Marking): Promise<void> {
    const wasSet = idsOn(fresh(conversation), marking.on).includes(marking.label.id)
    if (!(await change(conversation, marking))) return
    const said = t(wasSet ? 'labels.takenOff' : 'labels.putOn', { label: marking.label.name, name: nameOf(conversation.contact) })
    const isStill = () => world.world.labels.has(marking.label.id) && idsOn(fresh(conversation), marking.on).includes(marking.label.id) !== wasSet
    toasts.show(said, { label: t('undo'), run: () => void change(conversation, marking), obstacle: () => (isStill() ? '' : t('undoing.nothing')) })
  }

  return { mark }
}
