/* Who is signed in. */
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { Problem, ask, http, keepCsrf } from '@/api/http'
import type { SessionOut, SignInIn } from '@/api/schema'

export const useSession = defineStore('session', () => {
  const me = ref<SessionOut | null>(null)
  const isSupervising = computed(() => me.value?.role === 'owner' || me.value?.role === 'supervisor')
  const agentId = computed(() => me.value?.agent?.id ?? null)
  const name = computed(() => me.value?.agent?.name ?? me.value?.user?.name ?? '')

  function keep(session: SessionOut | null): void {
    me.value = session
    keepCsrf(session?.csrf ?? null)
  }

  /** Find out whether the browser has a session. Throws a Problem when nobody can tell. */
  async function load(): Promise<void> {
    try {
      keep(await ask(http.GET('/api/v1/session')))
    } catch (error) {
      if (error instanceof Problem && error.status === 401) keep(null)
      else throw error
    }
  }

  async function signIn(body: SignInIn): Promise<void> {
    keep(await ask(http.POST('/api/v1/session', { body })))
  }

  async function signOut(): Promise<void> {
    await ask(http.DELETE('/api/v1/session')).catch(() => undefined)
    keep(null)
  }

  return { me, isSupervising, agentId, name, keep, load, signIn, signOut }
})
