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

export interface DeviceForm {
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
}

export const FONNTE_URL = 'https://api.fonnte.com'

export function blankDevice(defaultDivisionId: string | null): DeviceForm {
  const gateway: GatewayForm = { kind: 'fonnte', base_url: FONNTE_URL, token: '' }
  return { name: '', number: '', gateway, default_division_id: defaultDivisionId, group: false, package: null, expires: '', token: '' }
}

export function formOf(device: DeviceOut): DeviceForm {
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
  }
}

/** Return the gateway as the API takes it; a token that was not typed is left out and so kept. */
export function gatewayBody(gateway: GatewayForm): Record<string, string> {
  if (gateway.kind !== 'fonnte') return { kind: gateway.kind }
  const { kind, base_url, token } = gateway
  return { kind, base_url: base_url.trim(), ...(token.trim() ? { token: token.trim() } : {}) }
}

export function newBody(form: DeviceForm): DeviceIn {
  const { name, number, default_division_id, group, package: code } = form
  const token = form.token.trim()
  const gateway = gatewayBody(form.gateway)
  return { name: name.trim(), number, gateway, default_division_id, group, package: code, expires_at: momentOf(form.expires), token: token || null }
}

export function patchBody(changes: Partial<DeviceForm>): DevicePatch {
  const { gateway, token: _token, expires, ...rest } = changes
  return { ...rest, ...(gateway ? { gateway: gatewayBody(gateway) } : {}), ...(expires === undefined ? {} : { expires_at: momentOf(expires) }) }
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
