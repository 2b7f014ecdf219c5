/* What the phone asks the server: with the key of its link, or a supervisor's session. */
import { Problem, unsaid } from '@/api/http'

export interface Place {
  latitude: number
  longitude: number
  name: string
}

export interface Question {
  name: string
  choices: string[]
  is_multiple: boolean
}

export interface SimulatedDevice {
  id: string
  name: string
  number: string
  status: 'connect' | 'disconnect'
  hook_url: string
  slow_seconds: number
  lose_answer: boolean
  refuse_next: boolean
}

export type Switches = Partial<Pick<SimulatedDevice, 'slow_seconds' | 'lose_answer' | 'refuse_next'>>

export interface Line {
  id: string
  at: string
  is_own: boolean
  is_read: boolean
  status: string | null
  hook_id: string | null
  sender: string
  kind: string
  text: string
  file: { url: string; filename: string; mime: string } | null
  location: Place | null
  poll: Question | null
  choices: string[]
  has_preview: boolean
}

export interface Chat {
  number: string
  name: string
  unread: number
  last: Line
}

export interface PhoneState {
  device: SimulatedDevice
  chats: Chat[]
  unconfirmed: string[]
}

export interface Page {
  items: Line[]
  next: string | null
}

export interface Uploaded {
  id: string
  filename: string
  mime: string
}

/** What the hook takes; lists of these, too. */
export type HookBody = { type: 'message' | 'receipt' | 'device' } & Record<string, unknown>

const DEVICES = '/api/v1/simulated/devices'
const proof: Record<string, string> = {}

/** Remember what every call shows: the link's key goes in a header, for addresses are logged. */
export function prove(key: string | null, csrf: string | null): void {
  delete proof['X-Phone-Key']
  delete proof['X-CSRF-Token']
  if (key) proof['X-Phone-Key'] = key
  else if (csrf) proof['X-CSRF-Token'] = csrf
}

export async function listDevices(): Promise<SimulatedDevice[]> {
  return (await call<{ items: SimulatedDevice[] }>('GET', DEVICES)).items
}

export function readPhone(id: string, after: number): Promise<{ cursor: number; phone: PhoneState | null; typing_to: string | null }> {
  return call('GET', `${DEVICES}/${id}?after=${after}`)
}

export function listLines(id: string, number: string, after: string | null): Promise<Page> {
  const query = new URLSearchParams({ number, ...(after ? { after } : {}) })
  return call('GET', `${DEVICES}/${id}/messages?${query}`)
}

export function switchTrouble(id: string, switches: Switches): Promise<SimulatedDevice> {
  return call('PATCH', `${DEVICES}/${id}`, JSON.stringify(switches))
}

export function uploadFile(id: string, file: File): Promise<Uploaded> {
  const form = new FormData()
  form.append('file', file)
  return call('POST', `${DEVICES}/${id}/media`, form)
}

/** Post to the gateway's hook, as a gateway does. The page may call its own server alone. */
export async function postToHook(device: SimulatedDevice, body: HookBody | HookBody[]): Promise<void> {
  await call('POST', new URL(device.hook_url).pathname, JSON.stringify(body), {})
}

async function call<T>(method: string, path: string, body: BodyInit | null = null, shown = proof): Promise<T> {
  const type = typeof body === 'string' ? { 'Content-Type': 'application/json' } : undefined
  const response = await fetch(path, { method, body, headers: { ...shown, ...type }, credentials: 'same-origin' }).catch(() => {
    throw unsaid('offline')
  })
  const answer = (await response.json().catch(() => null)) as Record<string, unknown> | null
  if (response.ok) return answer as T
  const { code, detail, title, ...facts } = answer ?? {}
  throw new Problem(response.status, String(code ?? `http_${response.status}`), String(detail ?? title ?? ''), facts)
}
