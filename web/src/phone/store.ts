/* The simulated phone: its devices, whose phone it is, and the chats as the server has them. */
import { defineStore } from 'pinia'
import { computed, ref, watch } from 'vue'
import { Problem } from '@/api/http'
import { newId } from '@/lib/ids'
import { keep, readKept } from '@/lib/kept'
import { useSession } from '@/stores/session'
import * as api from './api'
import { type Customer, FIRST, readCustomers, withWriters } from './customers'
import { useHappenings } from './happenings'
import { dropKey, takeKey } from './key'
import { useOutbox } from './outbox'
import { startPolling } from './poller'
import { dueReceipts } from './receipts'
import { mergeLines } from './thread'

export const usePhone = defineStore('phone', () => {
  const happenings = useHappenings()
  const outbox = useOutbox()
  const devices = ref<api.SimulatedDevice[] | null>(null)
  const deviceId = ref(readKept<string | null>('phone.device', null))
  const chats = ref<api.Chat[] | null>(null)
  const known = ref<Customer[]>(readCustomers())
  const number = ref(readKept('phone.number', FIRST[0]!.number))
  const lines = ref<Record<string, api.Line[]>>({})
  const older = ref<Record<string, string | null>>({})
  const typingTo = ref<string | null>(null)
  const isOffline = ref(false)
  const problem = ref<Problem | null>(null)
  const delivers = ref(readKept('phone.delivers', true))
  const reads = ref(readKept('phone.reads', true))
  const confirmed = new Set<string>()
  let cursor = -1
  let isStale = true
  let poll: ReturnType<typeof startPolling> | null = null

  const device = computed(() => devices.value?.find((each) => each.id === deviceId.value) ?? null)
  const customers = computed(() => withWriters(known.value, chats.value ?? []))
  const customer = computed(() => customers.value.find((each) => each.number === number.value) ?? customers.value[0] ?? null)
  const openLines = computed(() => lines.value[number.value] ?? null)
  const openPending = computed(() =>
    outbox.pending.filter((each) => each.deviceId === deviceId.value && each.number === number.value),
  )
  const hasOlder = computed(() => Boolean(older.value[number.value]))

  watch(known, (list) => keep('phone.customers', list))
  watch([delivers, reads], () => {
    keep('phone.delivers', delivers.value)
    keep('phone.reads', reads.value)
    void askAgain()
  })

  /** Find out which devices there are, and look at one of them from now on. */
  async function open(): Promise<void> {
    poll?.stop()
    problem.value = null
    try {
      await prove()
      devices.value = await api.listDevices()
      if (!device.value) deviceId.value = devices.value[0]?.id ?? null
      if (device.value) look()
    } catch (error) {
      problem.value = asProblem(error)
    }
  }

  async function prove(): Promise<void> {
    const key = takeKey()
    const session = useSession()
    if (!key) await session.load()
    api.prove(key, session.me?.csrf ?? null)
  }

  function look(): void {
    poll?.stop()
    isStale = true
    poll = startPolling(refresh)
  }

  /** Ask for everything now, whether something happened or not. */
  async function askAgain(): Promise<void> {
    isStale = true
    await poll?.now()
  }

  function pickDevice(id: string): void {
    deviceId.value = id
    keep('phone.device', id)
    chats.value = null
    lines.value = {}
    look()
  }

  function pickCustomer(chosen: Customer): void {
    if (!known.value.some((each) => each.number === chosen.number)) known.value = [...known.value, chosen]
    number.value = chosen.number
    keep('phone.number', chosen.number)
    void askAgain()
  }

  /** Ask what is new; false where the server could not be asked. */
  async function refresh(): Promise<boolean> {
    const id = deviceId.value
    if (!id) return true
    const after = isStale ? -1 : cursor
    isStale = false
    try {
      const told = await api.readPhone(id, after)
      if (told.phone) await take(told.phone)
      cursor = told.cursor
      typingTo.value = told.typing_to
      isOffline.value = false
      if (device.value) await outbox.flush(device.value)
      return true
    } catch (error) {
      isStale = true
      fail(asProblem(error))
      return false
    }
  }

  async function take(state: api.PhoneState): Promise<void> {
    const at = number.value
    const page = await api.listLines(state.device.id, at, null)
    if (state.device.id !== deviceId.value) return
    noteArrivals(state.chats)
    putDevice(state.device)
    chats.value = state.chats
    putLines(at, page)
    const isOpen = at === number.value
    const willing = { delivers: delivers.value, reads: reads.value && isOpen }
    await confirm(state.device, dueReceipts(state.unconfirmed, page.items, willing, confirmed))
  }

  function putLines(at: string, page: api.Page): void {
    const before = lines.value[at]
    if (!before) older.value[at] = page.next
    lines.value[at] = mergeLines(before ?? [], page.items)
    outbox.settle(at, page.items)
  }

  async function confirm(to: api.SimulatedDevice, receipts: api.HookBody[]): Promise<void> {
    if (!receipts.length) return
    await api.postToHook(to, receipts)
    for (const each of receipts) happenings.add('out', `message.${String(each['status'])}`)
  }

  function noteArrivals(fresh: api.Chat[]): void {
    if (!chats.value) return
    const before = new Map(chats.value.map((chat) => [chat.number, chat.last.id]))
    for (const chat of fresh) {
      if (!chat.last.is_own && before.get(chat.number) !== chat.last.id) happenings.add('in', 'message.sent', chat.name || chat.number)
    }
  }

  function fail(error: Problem): void {
    isOffline.value = error.isPassing
    if (error.isPassing) return
    poll?.stop()
    problem.value = error
  }

  function putDevice(changed: api.SimulatedDevice): void {
    devices.value = devices.value?.map((each) => (each.id === changed.id ? changed : each)) ?? null
  }

  async function write(content: Record<string, unknown>, preview?: string): Promise<void> {
    if (!device.value || !customer.value) return
    outbox.add(device.value, customer.value, content, preview)
    await outbox.flush(device.value)
    await poll?.now()
  }

  async function again(hookId: string): Promise<void> {
    outbox.again(hookId)
    await askAgain()
  }

  async function loadOlder(): Promise<void> {
    const at = number.value
    const after = older.value[at]
    if (!deviceId.value || !after) return
    const page = await api.listLines(deviceId.value, at, after)
    older.value[at] = page.next
    lines.value[at] = mergeLines(lines.value[at] ?? [], page.items)
  }

  async function connect(isConnected: boolean): Promise<void> {
    if (!device.value) return
    await api.postToHook(device.value, { type: 'device', connected: isConnected })
    happenings.add('out', isConnected ? 'device.connected' : 'device.disconnected')
    await poll?.now()
  }

  async function switchTrouble(switches: api.Switches): Promise<void> {
    if (device.value) putDevice(await api.switchTrouble(device.value.id, switches))
  }

  /** Let customers who were never here write at once, some lines each. */
  async function crowd(people: Customer[], texts: string[]): Promise<void> {
    const to = device.value
    if (!to) return
    const bodies = (who: Customer) =>
      texts.map((text): api.HookBody => ({ type: 'message', id: newId(), from: who.number, name: who.name, text }))
    await Promise.all(people.map((who) => api.postToHook(to, bodies(who))))
    happenings.add('out', 'message.received', `${people.length} × ${texts.length}`)
    await poll?.now()
  }

  /** Forget a link that ended, and try the session. */
  function forgetKey(): Promise<void> {
    dropKey()
    return open()
  }

  return {
    devices, deviceId, device, chats, customers, customer, number, openLines, openPending, hasOlder, typingTo, isOffline, problem, delivers,
    reads, open, pickDevice, pickCustomer, write, again, loadOlder, connect, switchTrouble, crowd, forgetKey,
  }
})

function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  throw error
}
