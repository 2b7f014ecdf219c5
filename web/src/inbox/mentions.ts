/* Colleagues who are called in a note: who may be, who is, and where it stands in the text. Pure. */
import type { AgentOut, ConversationOut } from '@/api/schema'
import { plain } from '@/lib/finding'

type Named = Pick<AgentOut, 'id' | 'name'>

const MOST_FOUND = 8

/** Who sees the conversation, apart from oneself: only they can be called. The server holds the same rule. */
export function callable(agents: Iterable<AgentOut>, conversation: Pick<ConversationOut, 'assignee_id' | 'division_id'>, self: string | null): AgentOut[] {
  const sees = ({ id, user_id, sees, division_id }: AgentOut) =>
    user_id !== null || id === conversation.assignee_id || (sees === 'division' && division_id !== null && division_id === conversation.division_id)
  return [...agents].filter((each) => each.id !== self && each.enabled && sees(each)).sort((one, other) => one.name.localeCompare(other.name))
}

/** Those whose name, or one word of it, begins with what was typed. */
export function findCallable(agents: AgentOut[], typed: string): AgentOut[] {
  const wanted = plain(typed)
  const begins = (name: string) => name.startsWith(wanted) || name.split(/\s+/).some((word) => word.startsWith(wanted))
  return agents.filter((each) => begins(plain(each.name))).slice(0, MOST_FOUND)
}

/** Cut a text where it calls somebody; of two names that begin alike the longer one counts. */
export function cut<T extends Named>(text: string, agents: T[]): { text: string; agents: T[] }[] {
  const names = [...new Set(agents.map((each) => each.name))].filter(Boolean).sort((one, other) => other.length - one.length)
  if (!names.length) return [{ text, agents: [] }]
  const calls = new RegExp(`(?<![\\p{L}\\p{N}])@(${names.map(escaped).join('|')})(?![\\p{L}\\p{N}])`, 'gu')
  const pieces: { text: string; agents: T[] }[] = []
  let at = 0
  for (const found of text.matchAll(calls)) {
    if (found.index > at) pieces.push({ text: text.slice(at, found.index), agents: [] })
    pieces.push({ text: found[0], agents: agents.filter((each) => each.name === found[1]) })
    at = found.index + found[0].length
  }
  if (at < text.length || !pieces.length) pieces.push({ text: text.slice(at), agents: [] })
  return pieces
}

/** The ids of those whom a text calls, each once. */
export function calledIn(text: string, agents: Named[]): string[] {
  return [...new Set(cut(text, agents).flatMap((piece) => piece.agents.map((each) => each.id)))]
}

const escaped = (name: string): string => name.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
