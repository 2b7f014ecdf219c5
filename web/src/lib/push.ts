/* Whether this browser takes notifications while no page is open, and why not. Pure. */
export interface Device {
  /** Reached by https, or on the machine itself. */
  isSecure: boolean
  /** The browser has what notifications without a page need. */
  canPush: boolean
  /** An iPhone or iPad: there only what stands on the home screen takes notifications. */
  isApple: boolean
  permission: NotificationPermission
  /** Whoever is signed in switched them on here. */
  isWanted: boolean
  isSubscribed: boolean
}

/** `open`: they are shown while a page is open, for the browser's own service took no subscription. */
export type PushState = 'insecure' | 'install' | 'unsupported' | 'blocked' | 'off' | 'open' | 'on'

export function pushState(device: Device): PushState {
  if (!device.isSecure) return 'insecure'
  if (!device.canPush) return device.isApple ? 'install' : 'unsupported'
  if (device.permission === 'denied') return 'blocked'
  if (device.permission !== 'granted' || !device.isWanted) return 'off'
  return device.isSubscribed ? 'on' : 'open'
}

/** Return bytes as the server writes keys: base64url without padding. */
export function toBase64Url(bytes: ArrayBuffer): string {
  const text = String.fromCharCode(...new Uint8Array(bytes))
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}
