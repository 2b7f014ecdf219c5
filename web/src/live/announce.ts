/* Sound and desktop notification for what a customer wrote to me, and for a note that calls me: one for a burst, and one for all tabs. */
import type { LiveEvent } from './events'
import { isCall } from './world'

interface Listener {
  agentId: string | null
  shown: string
  settings: { hasSound: boolean; hasNotifications: boolean }
}

const BURST_MS = 3_000
const OTHERS_MS = 200
const last = new Map<string, number>()
let tones: AudioContext | null = null
/** When it rang last, for whomever: many who write at once are no alarm. */
let rungAt = 0

export function announce(event: LiveEvent, listener: Listener): void {
  if (event.is_removed || (event.type !== 'message.received' && event.type !== 'note.added') || !event.conversation) return
  const { id, assignee_id, contact } = event.conversation
  const { agentId } = listener
  const isForMe = event.type === 'message.received' ? assignee_id === agentId : isCall(event, agentId)
  if (!agentId || !isForMe) return
  const now = Date.now()
  if (now - (last.get(id) ?? 0) < BURST_MS || now - Date.parse(event.at) > 60_000) return
  const rings = listener.settings.hasSound && canSound() && now - rungAt >= BURST_MS
  const notifies = listener.settings.hasNotifications && (document.hidden || listener.shown !== id)
  if (!rings && !notifies) return
  last.set(id, now)
  void asOne(id, () => {
    if (rings) chime()
    if (notifies) {
      void notify(contact.name || contact.number, event.type === 'note.added' ? `${event.message.sender.name}: ${event.message.text}` : event.message.text, id)
    }
  })
}

/** Let one of the tabs do it, one that is looked at before others. Without https browsers know no locks: then each does. */
async function asOne(id: string, act: () => void): Promise<void> {
  if (!('locks' in navigator)) return act()
  if (document.hidden) await pause(OTHERS_MS)
  await navigator.locks.request(`helpdesk.told.${id}`, { ifAvailable: true }, async (lock) => {
    if (!lock) return
    act()
    await pause(BURST_MS)
  })
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

/** The service worker shows it, as it shows what is pushed: phones let nobody else, and its click leads here. */
async function notify(title: string, body: string, id: string): Promise<void> {
  if (!('Notification' in window) || Notification.permission !== 'granted') return
  const worker = await navigator.serviceWorker.getRegistration('/app/')
  if (!worker) return
  const { ready } = navigator.serviceWorker // one that is still being installed shows nothing yet
  await (await ready).showNotification(title, { body: body.slice(0, 120), tag: id, icon: '/app/icon-192.png', data: { conversation_id: id } })
}

/** Browsers allow sound after the first click; a tab that may not leaves it to another one. */
const canSound = () => navigator.userActivation.hasBeenActive

/** Two short tones, made here: no file to load. */
function chime(): void {
  rungAt = Date.now()
  tones ??= new AudioContext()
  if (tones.state === 'suspended') void tones.resume()
  for (const [at, pitch] of [[0, 660], [0.12, 880]] as const) {
    const tone = tones.createOscillator()
    const loudness = tones.createGain()
    const start = tones.currentTime + at
    tone.frequency.value = pitch
    loudness.gain.setValueAtTime(0.08, start)
    loudness.gain.exponentialRampToValueAtTime(0.0001, start + 0.25)
    tone.connect(loudness).connect(tones.destination)
    tone.start(start)
    tone.stop(start + 0.3)
  }
}
