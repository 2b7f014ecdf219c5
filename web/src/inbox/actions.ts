/* What one can do with a conversation; each says what became of it, and offers the way back. */
import { useI18n } from 'vue-i18n'
import { Problem, ask, http } from '@/api/http'
import type { ConversationOut } from '@/api/schema'
import { nameOf } from '@/lib/names'
import { whenTime } from '@/lib/time'
import { useSession } from '@/stores/session'
import { useToasts } from '@/stores/toasts'
import { useWorld } from '@/stores/world'
import { askTakeOver } from './asking'
import { type Obstacle, obstacleToReopen, obstacleToReturn } from './undoing'

type Step = 'release' | 'reopen' | 'read'
export type Target = { agent_id: string } | { division_id: string }
type Answer = Promise<ConversationOut | null>

export function useConversationActions() {
  const { t, locale } = useI18n()
  const session = useSession()
  const world = useWorld()
  const toasts = useToasts()

  /** Do one step; null when the server refused it, which a toast says. */
  async function attempt({ id }: ConversationOut, done: Promise<ConversationOut>): Answer {
    try {
      return await world.keepAnswer(id, done)
    } catch (error) {
      if (error instanceof Problem && error.status === 409) toasts.show(conflict(error), undefined, 'failed')
      else toasts.fail(error)
      return null
    }
  }

  function conflict(problem: Problem): string {
    const owner = problem.facts['owner'] as { name: string } | null | undefined
    return owner ? t('conflict.owner', { name: owner.name }) : problem.message
  }

  function post(step: Step, conversation: ConversationOut) {
    const params = { path: { conversation_id: conversation.id } }
    return ask(http.POST(`/api/v1/conversations/{conversation_id}/${step}`, { params }))
  }

  function own(conversation: ConversationOut): Answer {
    const params = { path: { conversation_id: conversation.id } }
    const body = { expected_assignee_id: conversation.assignee_id }
    return attempt(conversation, ask(http.POST('/api/v1/conversations/{conversation_id}/take', { params, body })))
  }

  /** Become the owner; asks first when that takes it from somebody else. */
  async function take(conversation: ConversationOut): Answer {
    const owner = conversation.assignee_id
    const isTaking = owner === null || owner === session.agentId || (await askTakeOver(conversation))
    return isTaking ? own(conversation) : null
  }

  async function release(conversation: ConversationOut): Answer {
    const released = await attempt(conversation, post('release', conversation))
    const wasMine = conversation.assignee_id === session.agentId
    const undo = released && wasMine && isInSight(released) ? () => own(released) : undefined
    if (released) say('done.released', { name: nameOf(conversation.contact) }, undo, () => ofReturn(conversation.id, null))
    return released
  }

  async function resolve(conversation: ConversationOut, reason = ''): Promise<void> {
    const params = { path: { conversation_id: conversation.id } }
    const request = http.POST('/api/v1/conversations/{conversation_id}/resolve', { params, body: { reason } })
    const resolved = await attempt(conversation, ask(request))
    if (!resolved) return
    const obstacle = () => obstacleToReopen(resolved, world.open)
    say('done.resolved', { name: nameOf(conversation.contact) }, () => reopen(resolved), obstacle)
  }

  /** Let it rest; the way back wakes it. */
  async function snooze(conversation: ConversationOut, until: Date): Promise<void> {
    const params = { path: { conversation_id: conversation.id } }
    const body = { until: until.toISOString() }
    const request = http.POST('/api/v1/conversations/{conversation_id}/snooze', { params, body })
    const snoozed = await attempt(conversation, ask(request))
    const facts = { name: nameOf(conversation.contact), until: whenTime(until.toISOString(), locale.value, Date.now()) }
    if (snoozed) say('done.snoozed', facts, () => reopen(snoozed), () => obstacleToReopen(snoozed, world.open))
  }

  const reopen = (conversation: ConversationOut) => attempt(conversation, post('reopen', conversation))
  const read = (conversation: ConversationOut) =>
    world.keepAnswer(conversation.id, post('read', conversation)).then(world.markRead, () => undefined)

  function move(conversation: ConversationOut, body: Target & { note?: string }): Answer {
    const params = { path: { conversation_id: conversation.id } }
    return attempt(conversation, ask(http.POST('/api/v1/conversations/{conversation_id}/transfer', { params, body })))
  }

  async function transfer(conversation: ConversationOut, to: Target, note: string): Answer {
    const moved = await move(conversation, { ...to, note })
    const name = 'agent_id' in to ? world.agentName(to.agent_id) : world.divisionName(to.division_id)
    const heir = 'agent_id' in to ? to.agent_id : null
    if (moved) say('done.transferred', { name }, wayBack(conversation, moved), () => ofReturn(moved.id, heir))
    return moved
  }

  /** How to undo a transfer, where the one who did it still can. */
  function wayBack(before: ConversationOut, after: ConversationOut): (() => Answer) | undefined {
    const owner = before.assignee_id
    if (!owner || !isInSight(after)) return undefined
    return owner === session.agentId ? () => own(after) : () => move(after, { agent_id: owner })
  }

  function isInSight(conversation: ConversationOut): boolean {
    const me = session.me?.agent
    return session.isSupervising || (me?.sees === 'division' && me.division_id === conversation.division_id)
  }

  const ofReturn = (id: string, heir: string | null) => obstacleToReturn(heir, world.world.conversations.get(id), session.agentId)

  function say(key: string, facts: Record<string, string>, undo: (() => Answer) | undefined, obstacle: () => Obstacle | null): void {
    const inWords = () => wordsOf(obstacle())
    toasts.show(t(key, facts), undo && { label: t('undo'), run: () => void undo(), obstacle: inWords })
  }

  function wordsOf(obstacle: Obstacle | null): string {
    if (!obstacle) return ''
    return t(`undoing.${obstacle.kind}`, { name: obstacle.kind === 'owner' ? world.agentName(obstacle.agent) || t('head.somebody') : '' })
  }

  return { take, release, reopen, resolve, snooze, read, transfer }
}
