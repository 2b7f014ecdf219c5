/* An agent as its form holds it, and the link that signs it in. Pure. */
import type { AgentIn, AgentOut } from '@/api/schema'

export interface AgentForm {
  name: string
  device_id: string
  division_id: string | null
  limit: number | null
  weight: number
  sees: 'own' | 'division'
  /** A token to bring along; only for a new agent. */
  token: string
}

export function formOf({ name, device_id, division_id, limit, weight, sees }: AgentOut): AgentForm {
  return { name, device_id, division_id, limit, weight, sees, token: '' }
}

export function newBody({ token, name, ...form }: AgentForm): AgentIn {
  return { ...form, name: name.trim(), token: token.trim() || null }
}

/** Return the link that fills in the sign-in page; what follows the `#` reaches no server and no log. */
export function signInLink(origin: string, deviceNumber: string, token: string): string {
  return `${origin}/app/sign-in#${new URLSearchParams({ device: deviceNumber, token })}`
}
