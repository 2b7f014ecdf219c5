/* What a console sees at one moment, and what events make of it. Pure; the server's own tests hold
   the same rules against fresh snapshots (tests/live/reducer.py). */
import type {
  AgentBrief,
  AgentOut,
  AutoreplyOut,
  ConversationOut,
  DeviceBrief,
  DivisionOut,
  FieldOut,
  LabelOut,
  RotatorBrief,
  RuleOut,
  SyncOut,
  TemplateBrief,
  TemplateOut,
} from '@/api/schema'
import type { Ephemeral, LiveEvent } from './events'

export interface World {
  agents: Map<string, AgentOut>
  devices: Map<string, DeviceBrief>
  divisions: Map<string, DivisionOut>
  templates: Map<string, TemplateOut>
  rules: Map<string, RuleOut>
  labels: Map<string, LabelOut>
  fields: Map<string, FieldOut>
  rotators: Map<string, RotatorBrief>
  autoreplies: Map<string, AutoreplyOut>
  conversations: Map<string, ConversationOut>
  /** How much I have read of what was received, by conversation. */
  readings: Map<string, number>
  /** The conversations in which a note calls me, until I look. */
  mentions: Set<string>
}

export function emptyWorld(): World {
  return {
    agents: new Map(),
    devices: new Map(),
    divisions: new Map(),
    templates: new Map(),
    rules: new Map(),
    labels: new Map(),
    fields: new Map(),
    rotators: new Map(),
    autoreplies: new Map(),
    conversations: new Map(),
    readings: new Map(),
    mentions: new Set(),
  }
}

/** Put what a snapshot says in the place of everything. */
export function fill(world: World, snapshot: SyncOut): void {
  replace(world.agents, snapshot.agents)
  replace(world.devices, snapshot.devices)
  replace(world.divisions, snapshot.divisions)
  replace(world.templates, snapshot.templates)
  replace(world.rules, snapshot.rules)
  replace(world.labels, snapshot.labels)
  replace(world.fields, snapshot.fields)
  replace(world.rotators, snapshot.rotators)
  replace(world.autoreplies, snapshot.autoreplies)
  replace(world.conversations, snapshot.conversations)
  world.readings.clear()
  fillReadings(world, snapshot.readings)
  world.mentions = new Set(snapshot.mentions)
}

/** The most conversations that are kept for a start without a network. */
const MOST_KEPT = 500

/** What a snapshot would say, for keeping: the conversations of `first` before others, the newest before older ones. */
export function picture(world: World, rest: Pick<SyncOut, 'me' | 'counts' | 'is_complete' | 'cursor'>, first: string | null): SyncOut {
  const order = (each: ConversationOut) => `${each.assignee_id === first} ${each.last_message?.sort_at ?? each.opened_at}`
  const all = [...world.conversations.values()].map((each) => [order(each), each] as const)
  all.sort(([one], [other]) => (one < other ? 1 : -1))
  return {
    ...rest,
    epoch: '',
    agents: [...world.agents.values()],
    devices: [...world.devices.values()],
    divisions: [...world.divisions.values()],
    templates: [...world.templates.values()],
    rules: [...world.rules.values()],
    labels: [...world.labels.values()],
    fields: [...world.fields.values()],
    rotators: [...world.rotators.values()],
    autoreplies: [...world.autoreplies.values()],
    conversations: all.slice(0, MOST_KEPT).map(([, each]) => each),
    readings: Object.fromEntries(world.readings),
    mentions: [...world.mentions],
  }
}

function replace<T extends { id: string }>(kept: Map<string, T>, things: T[]): void {
  kept.clear()
  for (const thing of things) kept.set(thing.id, thing)
}

/** Take one numbered event into the picture. */
export function apply(world: World, event: LiveEvent): void {
  if (event.is_removed) {
    world.conversations.delete(event.conversation_id)
    return
  }
  switch (event.type) {
    case 'agent.changed':
      keep(world.agents, withPresence(event.agent, world.agents.get(event.agent.id)))
      break
    case 'device.changed':
    case 'device.connected':
    case 'device.disconnected':
      keep(world.devices, event.device)
      renumber(world, event.device)
      break
    case 'division.changed':
      keep(world.divisions, event.division)
      break
    case 'template.changed':
      keep(world.templates, withUses(event.template, world.templates.get(event.template.id)))
      break
    case 'rule.changed':
      keep(world.rules, event.rule)
      break
    case 'label.changed':
      keep(world.labels, event.label)
      if (event.label.is_deleted) takeOff(world, event.label.id)
      break
    case 'field.changed':
      keep(world.fields, event.field)
      break
    case 'rotator.changed':
      keep(world.rotators, event.rotator)
      break
    case 'autoreply.changed':
      keep(world.autoreplies, event.autoreply)
      break
    case 'webhook.changed':
    case 'broadcast.created':
    case 'broadcast.updated':
      break
    case 'contact.updated':
      rename(world, event.contact)
      break
    default:
      if (event.conversation) place(world, event.conversation)
  }
}

/** Take how much I have read; nothing becomes unread again. */
export function fillReadings(world: World, readings: Record<string, number>): void {
  for (const [id, number] of Object.entries(readings)) {
    if (number > (world.readings.get(id) ?? 0)) world.readings.set(id, number)
  }
}

/** How many lines of the contact are new to me, whoever owns the conversation; nothing is in what is done. */
export const unreadOf = (world: World, { id, status, received }: ConversationOut): number =>
  status === 'resolved' ? 0 : Math.max(0, received - (world.readings.get(id) ?? 0))

type Note = Extract<LiveEvent, { type: 'note.added' }>

/** Whether an event is a colleague's note that calls this agent. */
export const isCall = (event: LiveEvent, agentId: string | null): event is Note =>
  !event.is_removed && event.type === 'note.added' && agentId !== null && event.message.sender.id !== agentId && event.message.mentions.includes(agentId)

/** Take a whisper about presence, or about what I read in another window, into the picture. */
export function applyWhisper(world: World, frame: Ephemeral): void {
  if (frame.type === 'conversation.read') {
    fillReadings(world, { [frame.conversation_id]: frame.read_number })
    world.mentions.delete(frame.conversation_id)
  }
  if (frame.type !== 'agent.present' && frame.type !== 'agent.absent') return
  const agent = world.agents.get(frame.agent_id)
  if (!agent) return
  agent.presence = frame.type === 'agent.present' ? 'online' : (frame.presence ?? 'offline')
  agent.presence_by = frame.presence_by ?? null
  agent.away_reason = frame.reason ?? ''
}

function withPresence(brief: AgentBrief, known: AgentOut | undefined): AgentOut {
  const { presence = 'offline', presence_by = null, away_reason = '' } = known ?? {}
  return { ...brief, presence, presence_by, away_reason }
}

function withUses(brief: TemplateBrief, known: TemplateOut | undefined): TemplateOut {
  return { ...brief, uses: known?.uses ?? 0, last_used_at: known?.last_used_at ?? null }
}

/** Count a message that was made with these templates; no event tells of uses, the next snapshot does. */
export function countUses(world: World, templates: string[], at: string): void {
  for (const id of templates) {
    const template = world.templates.get(id)
    if (template) world.templates.set(id, { ...template, uses: template.uses + 1, last_used_at: at })
  }
}

function keep<T extends { id: string; is_deleted: boolean }>(things: Map<string, T>, thing: T): void {
  if (thing.is_deleted) things.delete(thing.id)
  else things.set(thing.id, thing)
}

/** Put a conversation in its place; resolved ones leave. */
export function place(world: World, conversation: ConversationOut): void {
  if (conversation.status === 'resolved') {
    world.conversations.delete(conversation.id)
    return
  }
  const device = world.devices.get(conversation.device.id)
  const number = device?.number ?? conversation.device.number
  world.conversations.set(conversation.id, { ...conversation, device: { ...conversation.device, number } })
}

function renumber(world: World, device: DeviceBrief): void {
  for (const [id, conversation] of world.conversations) {
    if (conversation.device.id === device.id && conversation.device.number !== device.number) {
      world.conversations.set(id, { ...conversation, device: { id: device.id, number: device.number } })
    }
  }
}

type Shown = Pick<ConversationOut['contact'], 'id' | 'name' | 'labels' | 'is_blocked'>

function rename(world: World, contact: Shown): void {
  for (const [key, conversation] of world.conversations) {
    if (conversation.contact.id === contact.id) world.conversations.set(key, renamed(conversation, contact))
  }
}

/** Return a conversation with what its contact shows now; it keeps the number that it is held with. */
export function renamed(conversation: ConversationOut, { name, labels, is_blocked }: Shown): ConversationOut {
  return { ...conversation, contact: { ...conversation.contact, name, labels, is_blocked } }
}

/** A label that is gone is on nothing any more. */
function takeOff(world: World, label: string): void {
  const without = (labels: string[]) => labels.filter((each) => each !== label)
  for (const [key, conversation] of world.conversations) {
    const { labels, contact } = conversation
    if (!labels.includes(label) && !contact.labels.includes(label)) continue
    world.conversations.set(key, { ...conversation, labels: without(labels), contact: { ...contact, labels: without(contact.labels) } })
  }
}
