/* Shows what the server pushes while no page of the console is open, and leads into the conversation. It keeps
   no files and answers no requests: after an upgrade nobody sees yesterday's console. */
const WORDS = {
  en: {
    given: 'This conversation is yours now.', image: 'Photo', video: 'Video', audio: 'Voice message', document: 'File', sticker: 'Sticker',
    location: 'Place', contact: 'Contact', poll: 'Poll', poll_vote: 'Vote', text: 'New message', other: 'New message',
  },
  id: {
    given: 'Percakapan ini sekarang milik Anda.', image: 'Foto', video: 'Video', audio: 'Pesan suara', document: 'Berkas', sticker: 'Stiker',
    location: 'Lokasi', contact: 'Kontak', poll: 'Jajak pendapat', poll_vote: 'Suara', text: 'Pesan baru', other: 'Pesan baru',
  },
}
const words = WORDS[navigator.language.startsWith('id') ? 'id' : 'en']

self.addEventListener('install', () => self.skipWaiting())
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))
self.addEventListener('push', (event) => event.waitUntil(show(event.data.json())))
self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  event.waitUntil(open(`/app/inbox/mine/${event.notification.data.conversation_id}`))
})
self.addEventListener('pushsubscriptionchange', (event) => event.waitUntil(renew()))

function show({ conversation_id, contact, kind, text }) {
  return self.registration.showNotification(contact, {
    body: text || words[kind ?? 'given'] || words.other,
    tag: conversation_id,
    renotify: true,
    icon: '/app/icon-192.png',
    badge: '/app/badge-96.png',
    data: { conversation_id },
  })
}

/** Bring an open window to the front and into the conversation, or open one there. */
async function open(path) {
  const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true })
  const page = windows.find((each) => new URL(each.url).pathname.startsWith('/app/'))
  if (!page) return self.clients.openWindow(path)
  page.postMessage({ type: 'open', path })
  return page.focus()
}

/** The browser's service gave up the subscription: take a new one, for whoever is signed in. */
async function renew() {
  const session = await fetch('/api/v1/session')
  if (!session.ok) return
  const { csrf } = await session.json()
  const { public_key } = await (await fetch('/api/v1/push-subscriptions/key')).json()
  const options = { userVisibleOnly: true, applicationServerKey: public_key }
  const { endpoint, keys } = (await self.registration.pushManager.subscribe(options)).toJSON()
  await fetch('/api/v1/push-subscriptions', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': csrf },
    body: JSON.stringify({ endpoint, keys }),
  })
}
