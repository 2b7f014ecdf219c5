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
  /** A token to bring along; only for a new device. */
  token: string
}

export const FONNTE_URL = 'https://api.fonnte.com'

export function blankDevice(defaultDivisionId: string | null): DeviceForm {
  const gateway: GatewayForm = { kind: 'fonnte', base_url: FONNTE_URL, token: '' }
  return { name: '', number: '', gateway, default_division_id: defaultDivisionId, group: false, token: '' }
}

export function formOf(device: DeviceOut): DeviceForm {
  const { kind, base_url } = device.gateway as { kind: GatewayKind; base_url?: string }
  return {
    name: device.name,
    number: showNumber(device.number),
    gateway: { kind, base_url: base_url ?? FONNTE_URL, token: '' },
    default_division_id: device.default_division_id,
    group: device.group,
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
  const { name, number, default_division_id, group } = form
  const token = form.token.trim()
  return { name: name.trim(), number, gateway: gatewayBody(form.gateway), default_division_id, group, token: token || null }
}

export function patchBody(changes: Partial<DeviceForm>): DevicePatch {
  const { gateway, token: _token, ...rest } = changes
  return { ...rest, ...(gateway ? { gateway: gatewayBody(gateway) } : {}) }
}

/** Return whether the server has a gateway token that may stay: of a saved device of the same kind. */
export function isTokenKept(saved: DeviceOut | null, form: DeviceForm): boolean {
  return saved !== null && saved.gateway['kind'] === form.gateway.kind
}
