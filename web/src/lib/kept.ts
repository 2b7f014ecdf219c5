/* What the browser keeps across reloads, as JSON under `helpdesk.…`; a full or forbidden store loses
   nothing but the keeping. */
export function readKept<T>(name: string, otherwise: T): T {
  try {
    const text = localStorage.getItem(`helpdesk.${name}`)
    return text === null ? otherwise : (JSON.parse(text) as T)
  } catch {
    return otherwise
  }
}

export function keep(name: string, value: unknown): void {
  try {
    if (value === null || value === undefined) localStorage.removeItem(`helpdesk.${name}`)
    else localStorage.setItem(`helpdesk.${name}`, JSON.stringify(value))
  } catch {
    /* private mode or full */
  }
}
