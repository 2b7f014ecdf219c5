/* What the browser keeps across reloads, as JSON under `helpdesk.…`; a full or forbidden store loses
   nothing but the keeping. */
export const placeOf = (name: string): string => `helpdesk.${name}`

export function readKept<T>(name: string, otherwise: T): T {
  try {
    const text = localStorage.getItem(placeOf(name))
    return text === null ? otherwise : (JSON.parse(text) as T)
  } catch {
    return otherwise
  }
}

export function keep(name: string, value: unknown): void {
  try {
    if (value === null || value === undefined) localStorage.removeItem(placeOf(name))
    else localStorage.setItem(placeOf(name), JSON.stringify(value))
  } catch {
    /* private mode or full */
  }
}

/** Read what is kept one by one under names that begin so: no tab overwrites what another one kept. */
export function readEach<T>(prefix: string): T[] {
  try {
    const names = Object.keys(localStorage).filter((key) => key.startsWith(placeOf(prefix)))
    return names.map((key) => JSON.parse(localStorage.getItem(key)!) as T)
  } catch {
    return []
  }
}
