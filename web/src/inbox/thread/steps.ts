/* What happened to a conversation, as the words of a system line. Pure. */
import type { ConversationEventOut } from '@/api/schema'

export interface Names {
  agent: (id: string | null) => string
  division: (id: string | null) => string
  rule: (id: string | null) => string
  device: string
  /** Whether a person and a seat are one. */
  isSelf: (personId: string | null, agentId: string | null) => boolean
  when: (at: string) => string
  /** Whoever looks: as a person and as a seat. */
  me: Set<string | null | undefined>
  /** The words for me at the start of a sentence and within it, and for somebody who is gone. */
  words: { You: string; you: string; somebody: string; blocked: string }
}

export interface Sentence {
  key: string
  params: Record<string, string>
}

export interface Step {
  step: ConversationEventOut
  before: ConversationEventOut | null
  routed: ConversationEventOut | null
}

/** The reason that the server gives itself: helpdesk/actions/blocking.py. */
const BLOCKED = 'Blocked'

/** Return the sentences of a step, as keys of the words and what goes into them. */
export function sentencesOf(row: Step, names: Names): Sentence[] {
  const name = kindOf(row.step)
  if (name === 'routed') return [routedBy(row.step, names)]
  const first = { key: `thread.steps.${keyOf(name, row, names)}`, params: paramsOf(row, names) }
  const noted = row.step.note ? [{ key: 'thread.steps.noted', params: {} }] : []
  return [first, ...noted, ...(row.routed ? [routedBy(row.routed, names)] : [])]
}

export const kindOf = (step: ConversationEventOut): string => step.type.replace('conversation.', '')

function keyOf(name: string, { step, before }: Step, names: Names): string {
  const isBySystem = step.by.kind === 'system'
  switch (name) {
    case 'snoozed':
    case 'undone':
      return name
    case 'reopened':
      if (before?.status === 'snoozed') return isBySystem ? wokenTo(step) : 'wokenBy'
      return isBySystem ? name : `${name}By`
    case 'resolved':
      return `resolved${isBySystem ? '' : 'By'}${step.reason ? 'Because' : ''}`
    case 'opened':
      return isBySystem || step.by.kind === 'contact' ? name : `${name}By`
    case 'assigned':
      if (step.turn_id) return 'turn'
      if (isBySystem) return 'returned'
      if (!names.isSelf(step.by.id, step.assignee_id)) return 'assignedBy'
      return before?.assignee_id && before.assignee_id !== step.assignee_id ? 'takenFrom' : 'taken'
    case 'transferred':
      return step.assignee_id ? 'transferred' : 'transferredToDivision'
    default:
      return isBySystem ? 'requeued' : 'released'
  }
}

/** It woke by its time or by the customer: with its owner, or in the queue. */
const wokenTo = (step: ConversationEventOut): string => (step.assignee_id ? 'woken' : 'wokenWaiting')

function paramsOf({ step, before }: Step, names: Names): Record<string, string> {
  return {
    device: names.device,
    By: step.by.id && names.me.has(step.by.id) ? names.words.You : step.by.name || names.words.somebody,
    to: whom(step.assignee_id, names),
    from: whom(before?.assignee_id ?? null, names),
    division: names.division(step.division_id),
    until: step.snoozed_until ? names.when(step.snoozed_until) : '',
    reason: step.reason === BLOCKED ? names.words.blocked : step.reason,
  }
}

function whom(id: string | null, names: Names): string {
  return id && names.me.has(id) ? names.words.you : names.agent(id) || names.words.somebody
}

function routedBy(step: ConversationEventOut, names: Names): Sentence {
  const rule = names.rule(step.rule_id)
  const key = rule ? 'ruled' : step.rule_id ? 'ruledByOne' : 'routed'
  return { key: `thread.steps.${key}`, params: { rule, division: names.division(step.division_id) } }
}
