/* The picture that live events keep true, and the views that lists show of it. */
import { defineStore } from 'pinia'
import { computed, reactive, ref, toRaw } from 'vue'
import { ask, http } from '@/api/http'
import type { ConversationOut, SyncOut, TemplateOut } from '@/api/schema'
import type { Ephemeral, LiveEvent } from '@/live/events'
import { apply, applyWhisper, countUses, emptyWorld, fill, fillReadings, isCall, picture, place, unreadOf as newTo } from '@/live/world'
import { useSession } from './session'

/** The target of what has no division yet: the server's own for a new division. */
const USUAL_TARGET_MINUTES = 12

export const useWorld = defineStore('world', () => {
  const session = useSession()
  const world = reactive(emptyWorld())
  const isLoaded = ref(false)
  const isComplete = ref(true)
  /** Counts the snapshots, so that pages know when to ask again for what no snapshot holds. */
  const snapshots = ref(0)
  const counts = ref<Record<string, number>>({})
  /** Where nobody could be asked yet: the moment that is shown instead of now. */
  const asOf = ref<string | null>(null)

  /** Read past the proxies: conversations are never changed, only replaced, and there can be thousands. */
  const unresolved = computed(() => {
    void world.conversations.size
    return [...toRaw(world.conversations).values()]
  })
  const open = computed(() => unresolved.value.filter((each) => each.status !== 'snoozed'))
  const snoozed = computed(() => unresolved.value.filter((each) => each.status === 'snoozed'))
  const mine = computed(() => open.value.filter((each) => each.assignee_id === session.agentId))
  const waiting = computed(() => open.value.filter((each) => each.assignee_id === null))
  const unreadOf = (conversation: ConversationOut) => newTo(world, conversation)
  const unread = computed(() => {
    void world.readings.size
    const raw = toRaw(world)
    return mine.value.reduce((sum, each) => sum + newTo(raw, each), 0)
  })

  /** Show what a snapshot says. One that was kept here says of when it is. */
  function start(snapshot: SyncOut, at: string | null = null): void {
    fill(world, snapshot)
    asOf.value = at
    counts.value = snapshot.counts
    isComplete.value = snapshot.is_complete
    if (!at) session.keep(snapshot.me)
    isLoaded.value = true
    snapshots.value++
  }

  function onEvent(event: LiveEvent): void {
    apply(world, event)
    if (isCall(event, session.agentId) && event.conversation_id) world.mentions.add(event.conversation_id)
    if ('conversation_id' in event && event.conversation_id) touch(event.conversation_id)
    if (!isComplete.value && session.isSupervising && event.type.startsWith('conversation.')) countSoon()
  }

  /** What is shown now, to be kept. */
  function now(cursor: number): SyncOut | null {
    if (!session.me || !isLoaded.value || asOf.value) return null
    return picture(toRaw(world), { me: session.me, counts: counts.value, is_complete: isComplete.value, cursor }, session.agentId)
  }

  function onWhisper(frame: Ephemeral): void {
    applyWhisper(world, frame)
  }

  /** Keep that I have read all of it. */
  function markRead({ id, received }: ConversationOut): void {
    fillReadings(world, { [id]: received })
    world.mentions.delete(id)
  }

  /** After a break: learn what I read elsewhere, which is not told again. */
  async function catchUpReadings(): Promise<void> {
    fillReadings(world, await ask(http.GET('/api/v1/readings')).catch(() => ({})))
  }

  /** Keep what a request answered, where it is newer than what events brought so far. */
  function keep(conversation: ConversationOut): void {
    place(world, conversation)
  }

  /** Count what was sent from here, until the next snapshot tells what everybody sent. */
  function useTemplates(templates: string[], at: string): void {
    countUses(world, templates, at)
  }

  /** How many events came for each conversation. */
  const touches = new Map<string, number>()
  const touch = (id: string) => touches.set(id, (touches.get(id) ?? 0) + 1)

  const askers = new Set<() => void>()
  /** Hear of every request that changes a conversation. */
  const onAsk = (listener: () => void): void => void askers.add(listener)

  /** Keep what a request for a conversation answers, unless an event or a snapshot came meanwhile: that is
      newer, or the newer one is on its way. */
  async function keepAnswer<Out extends ConversationOut>(id: string, request: Promise<Out>): Promise<Out> {
    const stamp = () => `${snapshots.value} ${touches.get(id)}`
    const before = stamp()
    for (const asker of askers) asker()
    const answer = await request
    if (stamp() === before) place(world, answer)
    return answer
  }

  let counting: ReturnType<typeof setTimeout> | undefined
  function countSoon(): void {
    clearTimeout(counting)
    counting = setTimeout(async () => {
      const snapshot = await ask(http.GET('/api/v1/sync')).catch(() => null)
      if (snapshot) counts.value = snapshot.counts
    }, 1_000)
  }

  /** Templates that are offered in a division, by name. */
  function templatesOf(divisionId: string | null): TemplateOut[] {
    return [...world.templates.values()]
      .filter((each) => !each.division_ids.length || (divisionId && each.division_ids.includes(divisionId)))
      .sort((one, other) => one.name.localeCompare(other.name))
  }

  const agentName = (id: string | null) => (id ? (world.agents.get(id)?.name ?? '') : '')
  const deviceName = (id: string | null) => (id ? (world.devices.get(id)?.name ?? '') : '')
  /** In how many minutes a customer of this division is to be answered. */
  const answerTarget = (divisionId: string | null) =>
    (divisionId && world.divisions.get(divisionId)?.answer_target_minutes) || USUAL_TARGET_MINUTES
  const divisionName = (id: string | null) => (id ? (world.divisions.get(id)?.name ?? '') : '')

  return {
    world, isLoaded, isComplete, snapshots, asOf, counts, open, mine, waiting, snoozed, unread, unreadOf,
    start, now, markRead, catchUpReadings, onEvent, onWhisper, keep, onAsk, keepAnswer, useTemplates, templatesOf, agentName, deviceName, divisionName, answerTarget,
  }
})
