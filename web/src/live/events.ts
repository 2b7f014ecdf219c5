/* The events of the socket: the numbered ones as the server's event models have them. */
import type { AgentOut, AnyEvent } from '@/api/schema'

type Presence = Partial<Pick<AgentOut, 'presence' | 'presence_by'>>

/** A reader who no longer sees the conversation only gets to know that it left. */
export interface Removal {
  type: AnyEvent['type']
  at: string
  conversation_id: string
  is_removed: true
}

export type LiveEvent = { seq: number; prev: number } & ((AnyEvent & { is_removed?: undefined }) | Removal)

export type Ephemeral =
  | { type: 'draft.changed'; agent_id: string; conversation_id: string; kind: 'reply' | 'note'; version: number }
  | ({ type: 'agent.present' | 'agent.absent'; agent_id: string; reason?: string } & Presence)
  | { type: `${'typing' | 'viewing'}.${'started' | 'stopped'}`; agent_id: string; name: string; conversation_id: string }
  | { type: 'conversation.read'; conversation_id: string; read_number: number }
