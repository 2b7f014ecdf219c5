/* A device as its form holds it, and as the API takes it. Pure. */
import type { DeviceIn, DeviceOut, DevicePatch } from '@/api/schema'
import { showNumber } from '@/lib/names'

export const GATEWAYS = ['fonnte', 'simulated'] as const
export type GatewayKind = (typeof GATEWAYS)[number]

export interface GatewayForm {
  kind: GatewayKind
  base_url: string
  /** Write-only: empty keeps what the server has. */
  token: string
}

/** What may answer by itself, by Fonnte's names; here only autoreplies do. */
export const SOURCES = ['autoreply', 'spreadsheet', 'flow'] as const satisfies DeviceOut['source'][]

/** What a device tells other programs, by Fonnte's names. */
export const HOOKS = ['webhook', 'webhookstatus', 'webhookconnect', 'webhookchaining'] as const
type Addresses = Record<(typeof HOOKS)[number], string>

export interface DeviceForm extends Addresses {
  name: string
  number: string
  gateway: GatewayForm
  default_division_id: string | null
  group: boolean
  package: DeviceOut['package']
  /** The first day without the package, as a date field has it; empty keeps it for good. */
  expires: string
  /** A token to bring along; only for a new device. */
  token: string
  /** Write-only: empty keeps what the server has, unless it is dropped. */
  secret: string
  drops_secret: boolean
  autoread: boolean
  personal: boolean
  quick: boolean
  inbox: boolean
  silent: boolean
  source: DeviceOut['source']
  /** Where files that come in are passed on to; empty: nowhere. */
  resend_target: string
}

export const FONNTE_URL = 'https://api.fonnte.com'

export function blankDevice(defaultDivisionId: string | null): DeviceForm {
  const gateway: GatewayForm = { kind: 'fonnte', base_url: FONNTE_URL, token: '' }
  return {
    name: '', number: '', gateway, default_division_id: defaultDivisionId, group: false, package: null, expires: '', token: '',
    webhook: '', webhookstatus: '', webhookconnect: '', webhookchaining: '', secret: '', drops_secret: false,
    autoread: true, personal: true, quick: false, inbox: false, silent: false, source: 'autoreply', resend_target: '',
  }
}

export function formOf(device: DeviceOut): DeviceForm {
  const { webhook, webhookstatus, webhookconnect, webhookchaining, autoread, personal, quick, inbox, silent, source } = device
  const { kind, base_url } = device.gateway as { kind: GatewayKind; base_url?: string }
  return {
    name: device.name,
    number: showNumber(device.number),
    gateway: { kind, base_url: base_url ?? FONNTE_URL, token: '' },
    default_division_id: device.default_division_id,
    group: device.group,
    package: device.package,
    expires: device.expires_at ? dayOf(device.expires_at) : '',
    token: '',
    webhook, webhookstatus, webhookconnect, webhookchaining, secret: '', drops_secret: false,
    autoread, personal, quick, inbox, silent, source, resend_target: device.resend_target && showNumber(device.resend_target),
  }
}

/** Return the gateway as the API takes it; a token that was not typed is left out and so kept. */
export function gatewayBody(gateway: GatewayForm): Record<string, string> {
  if (gateway.kind !== 'fonnte') return { kind: gateway.kind }
  const { kind, base_url, token } = gateway
  return { kind, base_url: base_url.trim(), ...(token.trim() ? { token: token.trim() } : {}) }
}

export function newBody(form: DeviceForm): DeviceIn {
  const { gateway, token, expires, secret: _secret, drops_secret: _drops, ...rest } = form
  return {
    ...rest, ...addressesOf(rest), ...secretBody(form), name: form.name.trim(), gateway: gatewayBody(gateway),
    expires_at: momentOf(expires), token: token.trim() || null,
  }
}

export function patchBody(changes: Partial<DeviceForm>): DevicePatch {
  const { gateway, token: _token, expires, secret: _secret, drops_secret: _drops, ...rest } = changes
  return {
    ...rest, ...addressesOf(rest), ...secretBody(changes),
    ...(gateway ? { gateway: gatewayBody(gateway) } : {}),
    ...(expires === undefined ? {} : { expires_at: momentOf(expires) }),
  }
}

function addressesOf(form: Partial<Addresses>): Partial<Addresses> {
  return Object.fromEntries(HOOKS.flatMap((kind) => (form[kind] === undefined ? [] : [[kind, form[kind].trim()]])))
}

/** Return the secret where one was typed, an empty one where it is dropped, else nothing: that keeps it. */
function secretBody({ secret, drops_secret }: Partial<DeviceForm>): { secret?: string } {
  if (drops_secret) return { secret: '' }
  return secret?.trim() ? { secret: secret.trim() } : {}
}

/** Return a moment's local day as a date field has it. */
function dayOf(at: string): string {
  const day = new Date(at)
  const pad = (part: number) => String(part).padStart(2, '0')
  return `${day.getFullYear()}-${pad(day.getMonth() + 1)}-${pad(day.getDate())}`
}

/** Return the beginning of a local day. */
const momentOf = (day: string): string | null => (day ? new Date(`${day}T00:00`).toISOString() : null)

/** Return whether the server has a gateway token that may stay: of a saved device of the same kind. */
export function isTokenKept(saved: DeviceOut | null, form: DeviceForm): boolean {
  return saved !== null && saved.gateway['kind'] === form.gateway.kind
}
