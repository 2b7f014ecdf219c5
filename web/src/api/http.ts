/* The REST client: typed by the server's own OpenAPI, every failure a Problem. */
import createClient, { type Middleware } from 'openapi-fetch'
import type { paths } from './schema'

/** What went wrong before the server could say so. */
type Unsaid = 'offline' | 'cancelled' | 'unclear'

const SAFE = new Set(['GET', 'HEAD'])
let csrf: string | null = null
let words = (code: Unsaid): string => code

/** Remember what proves that a change comes from this page; it comes with the session. */
export function keepCsrf(token: string | null): void {
  csrf = token
}

/** Say what the server could not say itself in the language of the page. */
export function speak(inWords: (code: Unsaid) => string): void {
  words = inWords
}

export const unsaid = (code: Unsaid): Problem => new Problem(0, code, words(code))

/** What the server refused (RFC 9457), or `status` 0 where it could not be reached. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    readonly facts: Record<string, unknown> = {},
  ) {
    super(detail)
  }

  /** What is wrong with each field, by its name. */
  get errors(): Record<string, string> {
    return (this.facts['errors'] as Record<string, string> | undefined) ?? {}
  }

  get isOffline(): boolean {
    return this.status === 0
  }

  /** Whether the same request may succeed later: offline, the server restarting, its database away. */
  get isPassing(): boolean {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500
  }

  /** Seconds to wait before trying again, where the server said. */
  get retryAfter(): number | null {
    return typeof this.facts['retry_after'] === 'number' ? this.facts['retry_after'] : null
  }
}

/** How a refusal is told: as the server does it, until somebody knows other words. */
type Teller = (refusal: { code: string; detail: string; facts: Record<string, unknown> }) => { detail: string; facts: Record<string, unknown> }
let tell: Teller = (refusal) => refusal

/** Tell what is refused from now on in other words. */
export function tellRefusals(teller: Teller): void {
  tell = teller
}

function refusal(status: number, code: string, said: string, known: Record<string, unknown> = {}): Problem {
  const { detail, facts } = tell({ code, detail: said, facts: known })
  return new Problem(status, code, detail, facts)
}

const proof: Middleware = {
  onRequest({ request }) {
    if (csrf && !SAFE.has(request.method)) request.headers.set('X-CSRF-Token', csrf)
    return request
  },
}

/** Things that are made once, however often their making is asked for: what has no id of ours yet. */
const MADE_ONCE = /^\/api\/v1\/(devices|divisions|agents|templates|rules|rotators|autoreplies|broadcasts)$/
const AGAIN_MS = 800

/** A key under which something is made once. */
export const makeKey = (): string => crypto.getRandomValues(new Uint32Array(4)).join('-')

/** Where the answer to making something is lost, ask for it once more under the same key: one of its own, unless it came with one. */
async function send(request: Request): Promise<Response> {
  if (request.method !== 'POST' || !MADE_ONCE.test(new URL(request.url).pathname)) return fetch(request)
  if (!request.headers.has('Idempotency-Key')) request.headers.set('Idempotency-Key', makeKey())
  try {
    return await fetch(request.clone())
  } catch {
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS))
    return fetch(request)
  }
}

export const http = createClient<paths>({ baseUrl: location.origin, credentials: 'same-origin', fetch: send })
http.use(proof)

interface Answer<T> {
  data?: T
  error?: unknown
  response: Response
}

/** Return what the server answered. Throws a Problem. */
export async function ask<T>(answer: Promise<Answer<T>>): Promise<T> {
  let got: Answer<T>
  try {
    got = await answer
  } catch {
    throw unsaid('offline')
  }
  if (got.response.ok) return got.data as T
  throw problem(got.response.status, got.error)
}

function problem(status: number, body: unknown): Problem {
  if (typeof body !== 'object' || body === null) return new Problem(status, `http_${status}`, words('unclear'))
  const { code, detail, title, type: _type, status: _status, ...facts } = body as Record<string, unknown>
  return refusal(status, String(code ?? `http_${status}`), String(detail ?? title ?? ''), facts)
}

/** Upload a file and say how far it got, 0 to 1. Throws a Problem; one with code `cancelled` after `signal`. */
export function upload<T>(path: string, file: File, progress: (share: number) => void, signal?: AbortSignal, more: Record<string, string> = {}): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    const form = new FormData()
    form.append('file', file)
    for (const name in more) form.append(name, more[name]!)
    request.open('POST', path)
    request.responseType = 'json'
    if (csrf) request.setRequestHeader('X-CSRF-Token', csrf)
    request.upload.onprogress = (event) => progress(event.loaded / (event.total || 1))
    request.onerror = () => reject(unsaid('offline'))
    request.onabort = () => reject(unsaid('cancelled'))
    signal?.addEventListener('abort', () => request.abort())
    request.onload = () =>
      request.status < 300 ? resolve(request.response as T) : reject(problem(request.status, request.response))
    request.send(form)
  })
}
