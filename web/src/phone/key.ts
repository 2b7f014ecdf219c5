/* The key of the link that opens the phone: taken out of the address, kept until the tab is closed. */
const KEPT = 'helpdesk.phone.key'

export function takeKey(): string | null {
  const given = new URLSearchParams(location.hash.slice(1)).get('key')
  if (given) {
    sessionStorage.setItem(KEPT, given)
    history.replaceState(null, '', location.pathname + location.search)
  }
  return sessionStorage.getItem(KEPT)
}

export function dropKey(): void {
  sessionStorage.removeItem(KEPT)
}

export const hasKey = (): boolean => sessionStorage.getItem(KEPT) !== null
