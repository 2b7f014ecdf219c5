/* What was written on the phone and the hook did not take yet: kept in the browser, posted in order. */
import { defineStore } from 'pinia'
import { ref, watch } from 'vue'
import { Problem } from '@/api/http'
import { newId } from '@/lib/ids'
import { keep, readKept } from '@/lib/kept'
import { type HookBody, type Line, type SimulatedDevice, postToHook } from './api'
import type { Customer } from './customers'
import { useHappenings } from './happenings'
import type { Pending } from './thread'

export const useOutbox = defineStore('phoneOutbox', () => {
  const happenings = useHappenings()
  const pending = ref<Pending[]>(readKept<Pending[]>('phone.pending', []))
  const repeats = ref(false)
  const posted = new Set<string>()
  let last: Promise<void> = Promise.resolve()

  watch(pending, (list) => keep('phone.pending', list.map((each) => ({ ...each, preview: undefined }))), { deep: true })

  /** Queue a customer's message; its id makes a second delivery harmless. */
  function add(device: SimulatedDevice, from: Customer, content: Record<string, unknown>, preview?: string): void {
    const hookId = newId()
    const body: HookBody = { type: 'message', id: hookId, from: from.number, name: from.name, ...content }
    const at = new Date().toISOString()
    pending.value.push({ hookId, deviceId: device.id, number: from.number, at, body, state: 'sending', ...(preview ? { preview } : {}) })
  }

  /** Post what is due, one after the other; while the device is disconnected it waits on the phone. */
  function flush(device: SimulatedDevice): Promise<void> {
    last = last.catch(() => undefined).then(() => postDue(device))
    return last
  }

  async function postDue(device: SimulatedDevice): Promise<void> {
    for (const each of pending.value.filter((one) => one.deviceId === device.id && one.state !== 'failed')) {
      each.state = device.status === 'disconnect' ? 'held' : 'sending'
      if (each.state === 'held' || posted.has(each.hookId)) continue
      if (!(await post(device, each))) return
    }
  }

  async function post(device: SimulatedDevice, each: Pending): Promise<boolean> {
    posted.add(each.hookId)
    const started = performance.now()
    try {
      await postToHook(device, each.body)
      if (repeats.value) await postToHook(device, each.body)
    } catch (error) {
      posted.delete(each.hookId)
      if (!(error instanceof Problem)) throw error
      if (!error.isPassing) each.state = 'failed'
      return !error.isPassing
    }
    happenings.add('out', nameOf(each.body), `${Math.round(performance.now() - started)} ms`)
    return true
  }

  /** Forget what the server shows in a chat by now. */
  function settle(number: string, lines: readonly Line[]): void {
    const stored = new Set(lines.map((line) => line.hook_id))
    const isOver = (each: Pending) => stored.has(each.hookId) || (each.number !== number && posted.has(each.hookId))
    if (pending.value.some(isOver)) pending.value = pending.value.filter((each) => !isOver(each))
  }

  function again(hookId: string): void {
    const each = pending.value.find((one) => one.hookId === hookId)
    if (each) each.state = 'sending'
  }

  return { pending, repeats, add, flush, settle, again }
})

const nameOf = (body: HookBody) => (body['kind'] === 'poll_vote' ? 'poll vote' : 'message.received')
