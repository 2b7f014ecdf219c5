/* What one person keeps in this browser, in IndexedDB: a record of its own for each thing, told to the
   person's other tabs. Where the browser keeps nothing, everything goes on in memory, and it is said. */

const SHELVES = ['drafts', 'synced', 'outgoing', 'picture', 'threads'] as const
export type Shelf = (typeof SHELVES)[number]

/** Why something is not kept: there is no room, or the browser does not allow it. */
export type KeepingFault = 'full' | 'forbidden'

interface Kept {
  key: string
  /** As JSON: what pages hold cannot be copied as it is. */
  text: string
}

interface Told {
  topic: string
  key: string
  /** As JSON; nothing where it was dropped. */
  text?: string | undefined
}

export class Store {
  private readonly opened: Promise<IDBDatabase | null>
  private readonly channel: BroadcastChannel
  private readonly closed = new Set<Shelf>()
  private readonly followers = new Map<string, (key: string, value: unknown) => void>()

  constructor(name: string, private readonly onFault: (fault: KeepingFault) => void) {
    this.opened = open(name).catch(() => (onFault('forbidden'), null))
    this.channel = new BroadcastChannel(name)
    this.channel.onmessage = ({ data }: MessageEvent<Told>) =>
      this.followers.get(data.topic)?.(data.key, data.text === undefined ? undefined : JSON.parse(data.text))
  }

  /** Hear what other tabs put, dropped or said; `value` is undefined for what was dropped. */
  follow<T>(topic: string, follower: (key: string, value: T | undefined) => void): void {
    this.followers.set(topic, follower as (key: string, value: unknown) => void)
  }

  /** Tell the other tabs. */
  say(topic: string, key: string, value?: unknown): void {
    this.channel.postMessage({ topic, key, text: JSON.stringify(value) } satisfies Told)
  }

  async get<T>(shelf: Shelf, key: string): Promise<T | undefined> {
    const kept = await this.ask<Kept | undefined>(shelf, 'readonly', (things) => things.get(key))
    return kept && (JSON.parse(kept.text) as T)
  }

  async all<T>(shelf: Shelf): Promise<[string, T][]> {
    const kept = await this.ask<Kept[]>(shelf, 'readonly', (things) => things.getAll())
    return (kept ?? []).map(({ key, text }) => [key, JSON.parse(text) as T])
  }

  /** Whether another tab did not drop it meanwhile. */
  async has(shelf: Shelf, key: string): Promise<boolean> {
    return (await this.ask<number>(shelf, 'readonly', (things) => things.count(key))) !== 0
  }

  /** Keep a thing; says whether it is written. Never throws: what is not kept is told as a fault. */
  async put(shelf: Shelf, key: string, value: unknown): Promise<boolean> {
    if (this.closed.has(shelf)) return false
    const text = JSON.stringify(value)
    if (isShared(shelf)) this.channel.postMessage({ topic: shelf, key, text } satisfies Told)
    return (await this.ask(shelf, 'readwrite', (things) => things.put({ key, text } satisfies Kept))) !== undefined
  }

  async drop(shelf: Shelf, key: string): Promise<void> {
    if (isShared(shelf)) this.channel.postMessage({ topic: shelf, key } satisfies Told)
    await this.ask(shelf, 'readwrite', (things) => things.delete(key))
  }

  /** Empty these shelves for good: nothing that is still on its way comes after. */
  async wipe(...shelves: Shelf[]): Promise<void> {
    for (const shelf of shelves) this.closed.add(shelf)
    await Promise.all(shelves.map((shelf) => this.ask(shelf, 'readwrite', (things) => things.clear())))
  }

  private async ask<T>(shelf: Shelf, mode: IDBTransactionMode, request: (things: IDBObjectStore) => IDBRequest): Promise<T | undefined> {
    const database = await this.opened
    if (!database) return undefined
    try {
      return await new Promise<T>((resolve, reject) => {
        const work = database.transaction(shelf, mode)
        const asked = request(work.objectStore(shelf))
        work.oncomplete = () => resolve(asked.result as T)
        work.onabort = () => reject(work.error)
        work.commit() // at once: also what is written last before the page goes stays
      })
    } catch (error) {
      this.onFault((error as DOMException | null)?.name === 'QuotaExceededError' ? 'full' : 'forbidden')
      return undefined
    }
  }
}

/** Forget what the server has as well of one whose session ended while no page was open. */
export const wipeKept = (name: string): Promise<void> => new Store(name, () => undefined).wipe('picture', 'threads')

/** Do something as the only tab that does it; the others come after. Without https browsers know no locks. */
export async function alone(name: string, act: () => Promise<void>): Promise<void> {
  await ('locks' in navigator ? navigator.locks.request(name, act) : act())
}

/** What every tab shows; a picture and its threads are each tab's own. */
const isShared = (shelf: Shelf): boolean => shelf !== 'picture' && shelf !== 'threads'

function open(name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1)
    request.onupgradeneeded = () => SHELVES.forEach((shelf) => request.result.createObjectStore(shelf, { keyPath: 'key' }))
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}
