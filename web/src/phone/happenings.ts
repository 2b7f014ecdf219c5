/* What happened on the phone, by the server's own names of events, newest first: the last forty. */
import { defineStore } from 'pinia'
import { ref } from 'vue'

export interface Happening {
  id: number
  at: string
  way: 'in' | 'out'
  what: string
  detail: string
}

const MOST = 40

export const useHappenings = defineStore('happenings', () => {
  const all = ref<Happening[]>([])
  let last = 0

  function add(way: Happening['way'], what: string, detail = ''): void {
    all.value = [{ id: ++last, at: new Date().toISOString(), way, what, detail }, ...all.value].slice(0, MOST)
  }

  return { all, add }
})
