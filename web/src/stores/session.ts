/* Who is signed in. */
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { Problem, ask, http, keepCsrf } from '@/api/http'
import { showBadge } from '@/lib/badge'
import * as kept from '@/lib/kept'
import { wipeKept } from '@/lib/store'
import type { SessionOut, SignInIn } from '@/api/schema'

/** Set while the server does not know yet that one has left. */
const LEAVING = 'leaving'
/** Who was here last, for a start without the server. */
const LAST = 'me'
/** A server that takes longer does not answer, for one who can go on without it. */
const PATIENCE_MS = 5_000

export const personOf = (me: SessionOut | null): string => me?.user?.id ?? me?.agent?.id ?? ''

export const useSession = defineStore('session', () => {
  const me = ref<SessionOut | null>(null)
  /** Whether the server said so; without it nothing can be sent. */
  const isSure = ref(false)
  const isSupervising = computed(() => me.value?.role === 'owner' || me.value?.role === 'supervisor')
  const agentId = computed(() => me.value?.agent?.id ?? null)
  /** Who it is, whatever seat a supervisor gets meanwhile. */
  const personId = computed(() => personOf(me.value))
  /** Whether the server could not be told that one has left; it is told as soon as it can be reached. */
  const isLeaving = ref(false)
  /** Whether this person wanted to leave: a session can also end by itself. */
  const hasLeft = ref(false)
  const name = computed(() => me.value?.agent?.name ?? me.value?.user?.name ?? '')

  function keep(session: SessionOut | null): void {
    const last = kept.readKept<SessionOut | null>(LAST, null)
    if (last && personOf(last) !== personOf(session)) void wipeKept(`helpdesk.${personOf(last)}`)
    me.value = session
    isSure.value = session !== null
    keepCsrf(session?.csrf ?? null)
    kept.keep(LAST, session && { ...session, csrf: null })
  }

  /** Find out whether the browser has a session. Throws a Problem when nobody can tell: until somebody can,
      it is who was here last. */
  async function load(): Promise<void> {
    const last = kept.readKept(LEAVING, false) ? null : kept.readKept<SessionOut | null>(LAST, null)
    try {
      const session = await ask(http.GET('/api/v1/session', last ? { signal: AbortSignal.timeout(PATIENCE_MS) } : {}))
      keepCsrf(session.csrf)
      if (kept.readKept(LEAVING, false)) await leave()
      else keep(session)
    } catch (error) {
      if (error instanceof Problem && error.status === 401) return keep(null)
      if (error instanceof Problem && error.isPassing) me.value ??= last
      throw error
    }
  }

  async function signIn(body: SignInIn): Promise<void> {
    const session = await ask(http.POST('/api/v1/session', { body }))
    kept.keep(LEAVING, null)
    keep(session)
  }

  async function signOut(): Promise<void> {
    kept.keep(LEAVING, true)
    await leave()
  }

  /** End the session here, and on the server now or as soon as it can be reached. */
  async function leave(): Promise<void> {
    hasLeft.value = true
    showBadge(0)
    try {
      await ask(http.DELETE('/api/v1/session'))
      kept.keep(LEAVING, null)
    } catch (error) {
      isLeaving.value = error instanceof Problem && error.isPassing
      if (!isLeaving.value) kept.keep(LEAVING, null)
    }
    keep(null)
  }

  /** One leaves a browser, not a tab: also one that no server can tell of it. */
  addEventListener('storage', ({ key }) => {
    if (key !== kept.placeOf(LEAVING) || !(me.value || isLeaving.value)) return
    isLeaving.value = kept.readKept(LEAVING, false)
    if (!isLeaving.value) return
    hasLeft.value = true
    me.value = null
    isSure.value = false
  })

  return { me, isSure, isSupervising, agentId, personId, isLeaving, hasLeft, name, keep, load, signIn, signOut }
})
