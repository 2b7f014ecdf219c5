/* The installed app's worker: keeps the console's own files, so that it opens without a network, and shows what
   the server pushes while no page is open. It never answers for the API, the socket or media. The build writes
   BUILD, FILES and WORDS in front of this (scripts/worker.ts). */
const PAGE = '/app/index.html'
const ASSETS = '/app/assets/'
const CACHE = `helpdesk-${BUILD}`
/* Opened once: what this worker still puts into it after the next build deleted it does not bring it back. */
const cache = caches.open(CACHE)
const PATIENCE_MS = 3_000
const words = WORDS[new URL(location.href).searchParams.get('language')] ?? WORDS.en

self.addEventListener('install', (event) => event.waitUntil(install()))
self.addEventListener('activate', (event) => event.waitUntil(activate()))
self.addEventListener('fetch', (event) => {
  const { request } = event
  const { origin, pathname } = new URL(request.url)
  if (request.method !== 'GET' || origin !== location.origin || !pathname.startsWith('/app/')) return
  if (request.mode === 'navigate') event.respondWith(newest(request, PAGE))
  else if (pathname.startsWith(ASSETS)) event.respondWith(kept(event))
  else if (FILES.includes(pathname)) event.respondWith(newest(request, pathname))
})
self.addEventListener('push', (event) => event.waitUntil(show(event.data.json())))
self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  event.waitUntil(open(`/app/inbox/mine/${event.notification.data.conversation_id}`))
})
self.addEventListener('pushsubscriptionchange', (event) => event.waitUntil(renew()))

/** Keep this build's files, as far as they are not there: another language is another worker of the same build.
    Where one cannot be had, the build before stays at work. */
async function install() {
  const files = await cache
  const there = new Set((await files.keys()).map(({ url }) => new URL(url).pathname))
  const missing = FILES.filter((path) => !there.has(path))
  await files.addAll(missing.map((path) => new Request(path, { cache: path.startsWith(ASSETS) ? 'default' : 'no-cache' })))
  await self.skipWaiting()
}

async function activate() {
  const names = await caches.keys()
  await Promise.all(names.filter((name) => name.startsWith('helpdesk-') && name !== CACHE).map((name) => caches.delete(name)))
  await self.clients.claim()
}

/** What the server has, or what is kept under the path where it does not answer in time. */
async function newest(request, path) {
  const found = await known(path)
  if (!found) return fetch(request)
  let timer
  const late = new Promise((resolve) => (timer = setTimeout(resolve, PATIENCE_MS)))
  const answer = await Promise.race([fetch(request).catch(() => undefined), late])
  clearTimeout(timer)
  return answer && answer.status < 500 ? answer : found
}

/** A file whose name carries its digest: as it is kept, or from the server, and kept from then on. */
async function kept(event) {
  const found = await known(event.request.url)
  if (found) return found
  const answer = await fetch(event.request)
  if (answer.ok) event.waitUntil(keep(event.request.url, answer.clone()))
  return answer
}

const known = async (path) => (await cache).match(path)
const keep = async (path, answer) => (await cache).put(path, answer)

function show({ conversation_id, contact, kind, text, noted_by, unread }) {
  void navigator.setAppBadge?.(unread)
  return self.registration.showNotification(contact, {
    body: noted_by ? `${noted_by}: ${text}` : text || words[kind ?? 'given'] || words.other,
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
