/* To whom a conversation can be handed over, those who are there first. */
import type { AgentOut, ConversationOut, DivisionOut } from '@/api/schema'
import type { World } from '@/live/world'

export interface AgentTarget {
  id: string
  kind: 'agent'
  name: string
  agent: AgentOut
  division: string
  open: number
}

export interface DivisionTarget {
  id: string
  kind: 'division'
  name: string
  division: DivisionOut
  online: number
}

const rank = { online: 0, away: 1, offline: 2 }

export function agentTargets(world: World, conversation: ConversationOut, openOf: (id: string) => number): AgentTarget[] {
  return [...world.agents.values()]
    .filter((agent) => agent.enabled && !agent.is_deleted && agent.id !== conversation.assignee_id)
    .map((agent) => ({
      id: agent.id,
      kind: 'agent' as const,
      name: agent.name,
      agent,
      division: (agent.division_id && world.divisions.get(agent.division_id)?.name) || '',
      open: openOf(agent.id),
    }))
    .sort((one, other) => rank[one.agent.presence] - rank[other.agent.presence] || one.name.localeCompare(other.name))
}

export function divisionTargets(world: World): DivisionTarget[] {
  const agents = [...world.agents.values()]
  return [...world.divisions.values()]
    .map((division) => ({
      id: division.id,
      kind: 'division' as const,
      name: division.name,
      division,
      online: agents.filter((each) => each.division_id === division.id && each.enabled && each.presence === 'online').length,
    }))
    .sort((one, other) => one.name.localeCompare(other.name))
}

/** Every word of what was typed begins a word of the name or its division. */
export function fits(text: string, ...names: string[]): boolean {
  const words = names.join(' ').toLowerCase().split(/\s+/)
  return text.toLowerCase().split(/\s+/).filter(Boolean).every((typed) => words.some((word) => word.startsWith(typed)))
}
