/* What one can do with a conversation; each says what became of it, and offers the way back. */
import { useI18n } from 'vue-i18n'
import { Problem, ask, http, unsaid } from '@/api/http'
import type { ConversationOut, DeedOut } from '@/api/schema'
import { nameOf } from '@/lib/names'
import { whenTime } from '@/lib/time'
import { useKeeping } from '@/stores/keeping'
import { useLive } from '@/stores/live'
import { useSession } from '@/stores/session'
import { useToasts } from '@/stores/toasts'
import { useWorld } from '@/stores/world'
import { askTakeOver } from './asking'
import { type Obstacle, obstacleToReopen, obstacleToReturn } from './undoing'

type Step = 'reopen' | 'read'
export type Target = { agent_id: string } | { division_id: string }
type Answer = Promise<ConversationOut | null>

export function useConversationActions() {
  const { t, locale } = useI18n()
  const live = useLive()
  const keeping = useKeeping()
  const session = useSession()
  const world = useWorld()
  const toasts = useToasts()

  /** Do one step; null when the server refused it, which a toast says. */
  async function attempt<Out extends ConversationOut>({ id }: ConversationOut, done: Promise<Out>): Promise<Out | null> {
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

  /** What was said goes out before the conversation leaves: a request that overtakes it has it refused. Says
      whether it may leave: not while replies wait for a connection, for more may be written meanwhile. */
  async function afterReplies({ id }: ConversationOut): Promise<boolean> {
    if (live.state !== 'live' && keeping.lastWaiting.has(id)) {
      toasts.fail(unsaid('offline'))
      return false
    }
    const part = await import('@/stores/outgoing').catch(() => null)
    await part?.useOutgoing().settled(id)
    return true
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
    if (!(await afterReplies(conversation))) return null
    const params = { path: { conversation_id: conversation.id } }
    const released = await attempt(conversation, ask(http.POST('/api/v1/conversations/{conversation_id}/release', { params })))
    if (released) say('done.released', { name: nameOf(conversation.contact) }, released, () => ofReturn(conversation.id, null))
    return released
  }

  async function resolve(conversation: ConversationOut, reason = ''): Promise<void> {
    if (!(await afterReplies(conversation))) return
    const params = { path: { conversation_id: conversation.id } }
    const request = http.POST('/api/v1/conversations/{conversation_id}/resolve', { params, body: { reason } })
    const resolved = await attempt(conversation, ask(request))
    if (!resolved) return
    const obstacle = () => obstacleToReopen(resolved, world.open)
    say('done.resolved', { name: nameOf(conversation.contact) }, resolved, obstacle)
  }

  /** Let it rest. */
  async function snooze(conversation: ConversationOut, until: Date): Promise<void> {
    if (!(await afterReplies(conversation))) return
    const params = { path: { conversation_id: conversation.id } }
    const body = { until: until.toISOString() }
    const request = http.POST('/api/v1/conversations/{conversation_id}/snooze', { params, body })
    const snoozed = await attempt(conversation, ask(request))
    const facts = { name: nameOf(conversation.contact), until: whenTime(until.toISOString(), locale.value, Date.now()) }
    if (snoozed) say('done.snoozed', facts, snoozed, () => obstacleToReopen(snoozed, world.open))
  }

  const reopen = (conversation: ConversationOut) => attempt(conversation, post('reopen', conversation))
  const read = (conversation: ConversationOut) =>
    world.keepAnswer(conversation.id, post('read', conversation)).then(world.markRead, () => undefined)

  async function transfer(conversation: ConversationOut, to: Target, note: string): Answer {
    if (!(await afterReplies(conversation))) return null
    const params = { path: { conversation_id: conversation.id } }
    const body = { ...to, note }
    const moved = await attempt(conversation, ask(http.POST('/api/v1/conversations/{conversation_id}/transfer', { params, body })))
    const name = 'agent_id' in to ? world.agentName(to.agent_id) : world.divisionName(to.division_id)
    const heir = 'agent_id' in to ? to.agent_id : null
    if (moved) say('done.transferred', { name }, moved, () => ofReturn(moved.id, heir))
    return moved
  }

  /** Put it back as it was before: the server keeps how, and refuses where somebody did something since. */
  function undo(done: DeedOut): Answer {
    const params = { path: { undo_id: done.undo_id ?? '' } }
    return attempt(done, ask(http.POST('/api/v1/undo/{undo_id}', { params })))
  }

  const ofReturn = (id: string, heir: string | null) => obstacleToReturn(heir, world.world.conversations.get(id), session.agentId)

  function say(key: string, facts: Record<string, string>, done: DeedOut, obstacle: () => Obstacle | null): void {
    const inWords = () => wordsOf(obstacle())
    toasts.show(t(key, facts), { label: t('undo'), run: () => void undo(done), obstacle: inWords })
  }

  function wordsOf(obstacle: Obstacle | null): string {
    if (!obstacle) return ''
    return t(`undoing.${obstacle.kind}`, { name: obstacle.kind === 'owner' ? world.agentName(obstacle.agent) || t('head.somebody') : '' })
  }

  return { take, release, reopen, resolve, snooze, read, transfer, undo }
}
