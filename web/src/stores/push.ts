/* Notifications while no page is open: registers what shows them, and tells the server where this browser
   takes them. They are wanted by a person, not by whoever signs in here next. */
import { defineStore } from 'pinia'
import { ref, watch } from 'vue'
import { Problem, ask, http } from '@/api/http'
import { keep, readKept } from '@/lib/kept'
import { type PushState, pushState, toBase64Url } from '@/lib/push'
import { useSession } from './session'
import { useSettings } from './settings'

const WORKER = '/app/sw.js'
/** It speaks the language that is set here, which it cannot look up. */
const workerIn = (language: string) => `${WORKER}?language=${language}`
const WANTED = 'push'

export const usePush = defineStore('push', () => {
  const session = useSession()
  const settings = useSettings()
  const state = ref<PushState>('off')
  /** For how long one counts as there after the last page was closed. */
  const hours = ref<number | null>(null)
  const isBusy = ref(false)
  const problem = ref<Problem | null>(null)

  const canPush = () => 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window
  const isWanted = () => readKept(WANTED, '') === session.personId
  const registered = () => navigator.serviceWorker.getRegistration(WORKER)
  const register = () => navigator.serviceWorker.register(workerIn(settings.language))

  /** Look how it stands. */
  async function look(): Promise<void> {
    const subscription = canPush() ? await (await registered())?.pushManager.getSubscription() : null
    state.value = pushState({
      isSecure: isSecureContext,
      canPush: canPush(),
      isApple: /iPhone|iPad/.test(navigator.userAgent) || (/Macintosh/.test(navigator.userAgent) && navigator.maxTouchPoints > 1),
      permission: 'Notification' in window ? Notification.permission : 'denied',
      isWanted: isWanted(),
      isSubscribed: Boolean(subscription),
    })
  }

  /** The console was opened: register what shows notifications, and tell the subscription again, which may
      have changed meanwhile. */
  async function opened(): Promise<void> {
    if (!isSecureContext || !('serviceWorker' in navigator)) return
    await register()
    await look()
    if (state.value === 'on' || state.value === 'open') await subscribe().catch(() => undefined)
    await look()
  }

  async function turnOn(): Promise<void> {
    await attempt(async () => {
      if ((await Notification.requestPermission()) !== 'granted') return
      keep(WANTED, session.personId)
      settings.hasNotifications = true
      await subscribe()
    })
  }

  async function turnOff(): Promise<void> {
    await attempt(async () => {
      keep(WANTED, null)
      settings.hasNotifications = false
      const subscription = await (await registered())?.pushManager.getSubscription()
      await ask(http.DELETE('/api/v1/push-subscriptions'))
      await subscription?.unsubscribe()
    })
  }

  async function attempt(work: () => Promise<void>): Promise<void> {
    isBusy.value = true
    problem.value = null
    try {
      await work()
    } catch (error) {
      if (!(error instanceof Problem || error instanceof DOMException)) throw error
      if (error instanceof Problem) problem.value = error
    } finally {
      await look()
      isBusy.value = false
    }
  }

  /** Take a subscription from the browser and give it to the server. Throws a DOMException where the
      browser's own service gives none. */
  async function subscribe(): Promise<void> {
    await register()
    const { pushManager } = await navigator.serviceWorker.ready
    const key = await ask(http.GET('/api/v1/push-subscriptions/key'))
    hours.value = key.presence_hours
    let subscription = await pushManager.getSubscription()
    const own = subscription?.options.applicationServerKey
    if (subscription && own && toBase64Url(own) !== key.public_key) {
      await subscription.unsubscribe()
      subscription = null
    }
    subscription ??= await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key.public_key })
    const { endpoint = '', keys = {} } = subscription.toJSON()
    const { p256dh = '', auth = '' } = keys
    await ask(http.POST('/api/v1/push-subscriptions', { body: { endpoint, keys: { p256dh, auth } } }))
  }

  watch(() => settings.language, () => void opened())

  return { state, hours, isBusy, problem, look, opened, turnOn, turnOff }
})
