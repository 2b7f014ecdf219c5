/* What whoever is signed in keeps in this browser, beyond a reload and without a network. */
import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import { keep, readEach, readKept } from '@/lib/kept'
import { type KeepingFault, type Shelf, Store } from '@/lib/store'
import { i18n } from '@/locales'
import { useSession } from './session'
import { useToasts } from './toasts'

/** A fault comes with every stroke; it is said again only after so long. */
const SAID_EVERY_MS = 60_000

export interface Waiting {
  text: string
  isNote: boolean
}

export const useKeeping = defineStore('keeping', () => {
  const { personId } = useSession()
  const toasts = useToasts()
  const saidAt = new Map<KeepingFault, number>()
  const store = new Store(`helpdesk.${personId}`, tell)
  /** How many replies and notes wait to be sent. */
  const waiting = ref(0)
  /** The last of them in each conversation, as far as there is one. */
  const lastWaiting = shallowRef<ReadonlyMap<string, Waiting>>(new Map())
  /** How many drafts the server does not have as they are here; nobody knows before it was asked. */
  const unsynced = ref(Infinity)

  function tell(fault: KeepingFault): void {
    if (Date.now() - (saidAt.get(fault) ?? 0) < SAID_EVERY_MS) return
    saidAt.set(fault, Date.now())
    toasts.show(i18n.global.t(`kept.${fault}`), undefined, 'failed')
  }

  /** Leave nothing behind but what nobody else has: what waits, and drafts that are not on the server. */
  const leave = (): Promise<void> => store.wipe('picture', 'threads', ...(unsynced.value ? [] : (['drafts', 'synced'] as const)))

  /** Return all of a shelf by key, with what an older version of the page kept elsewhere, which moves here. */
  async function load<T>(shelf: Shelf, older: () => [string, T][], forget: () => void): Promise<Map<string, T>> {
    const moving = older()
    await Promise.all(moving.map(([key, value]) => store.put(shelf, key, value)))
    forget()
    return new Map([...moving, ...(await store.all<T>(shelf))])
  }

  const loadDrafts = <T>(): Promise<Map<string, T>> => {
    const place = `drafts.${personId}`
    return load('drafts', () => Object.entries(readKept<Record<string, T>>(place, {})), () => keep(place, null))
  }

  const loadOutgoing = <T extends { clientId: string }>(): Promise<Map<string, T>> => {
    const place = `outgoing.${personId}.`
    const older = readEach<T>(place)
    return load('outgoing', () => older.map((each) => [each.clientId, each]), () => older.forEach((each) => keep(place + each.clientId, null)))
  }

  return { store, waiting, lastWaiting, unsynced, leave, loadDrafts, loadOutgoing }
})
