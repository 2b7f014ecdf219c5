/* Whether the server has a newer build of the console than the one that runs in this tab, and whether a part of
   this one did not come. */
import { defineStore } from 'pinia'
import { ref } from 'vue'

const PAGE = '/app/index.html'

export const useUpdate = defineStore('update', () => {
  const isThere = ref(false)
  const isMissing = ref(false)
  const own = document.querySelector<HTMLScriptElement>('script[type="module"][src]')?.getAttribute('src')

  /** Look at the page that the server has now: one that does not name the script which runs here is newer.
      Nobody can tell while the server is away. */
  async function look(): Promise<boolean> {
    if (!own) return false
    const answer = await fetch(PAGE, { cache: 'no-cache' }).catch(() => null)
    if (answer?.ok) isThere.value = !(await answer.text()).includes(own)
    if (isThere.value) void navigator.serviceWorker?.getRegistration().then((registration) => registration?.update())
    return isThere.value
  }

  return { isThere, isMissing, look }
})
