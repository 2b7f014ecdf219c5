/* Doing what a button, a key or the palette asks for, or saying why it cannot be done now. */
import { useI18n } from 'vue-i18n'
import type { ConversationOut } from '@/api/schema'
import { useSession } from '@/stores/session'
import { useToasts } from '@/stores/toasts'
import { useWorld } from '@/stores/world'
import { useConversationActions } from './actions'
import { type Deed, allowed } from './allowed'
import { askSnooze, askTransfer } from './asking'

export function useDeeds() {
  const { t } = useI18n()
  const session = useSession()
  const world = useWorld()
  const toasts = useToasts()
  const actions = useConversationActions()

  const deeds: Record<Deed, (conversation: ConversationOut) => unknown> = {
    take: actions.take,
    takeOver: actions.take,
    transfer: askTransfer,
    release: actions.release,
    snooze: askSnooze,
    wake: actions.reopen,
    resolve: (conversation) => actions.resolve(conversation),
    reopen: actions.reopen,
  }

  const allowedFor = (conversation: ConversationOut) =>
    allowed(conversation, { agentId: session.agentId, isSupervising: session.isSupervising })

  const run = (deed: Deed, conversation: ConversationOut): void => void deeds[deed](conversation)

  /** Do the first of these that is allowed, or say what stands in the way. */
  function runFirst(wanted: Deed[], conversation: ConversationOut): void {
    const can = allowedFor(conversation)
    const deed = wanted.find((each) => can.has(each))
    if (deed) run(deed, conversation)
    else if (!isDone(wanted, conversation)) toasts.show(obstacle(conversation), undefined, 'failed')
  }

  /** Taking one's own, or releasing what nobody owns: already so, nothing to say. */
  function isDone(wanted: Deed[], { assignee_id, status }: ConversationOut): boolean {
    if (status === 'resolved') return false
    return wanted.includes('take') ? assignee_id === session.agentId : wanted.includes('release') && !assignee_id
  }

  function obstacle({ status, assignee_id }: ConversationOut): string {
    if (status === 'resolved') return t('obstacle.resolved')
    const name = world.agentName(assignee_id)
    return name ? t('obstacle.owned', { name }) : t('obstacle.nobody')
  }

  return { run, runFirst, allowedFor }
}
