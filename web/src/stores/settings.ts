/* What a person set for this browser: looks, language, sounds. */
import { defineStore } from 'pinia'
import { computed, ref, watch } from 'vue'
import { keep, readKept } from '@/lib/kept'
import { type Language, setLanguage } from '@/locales'

export type Theme = 'light' | 'dark'

export const useSettings = defineStore('settings', () => {
  const root = document.documentElement
  const theme = ref<Theme>(root.dataset['theme'] === 'dark' ? 'dark' : 'light')
  const language = ref<Language>(root.lang === 'id' ? 'id' : 'en')
  const sendsByEnter = ref(readKept('enter', true))
  /** As the button to send shows it. */
  const sendKey = computed(() => (sendsByEnter.value ? '↵' : 'Ctrl ↵'))
  const hasSound = ref(readKept('sound', true))
  const hasNotifications = ref(readKept('notifications', false))

  /** What is set in one tab holds in all of them. */
  addEventListener('storage', ({ key, newValue }) => {
    if (key === 'helpdesk.theme') theme.value = newValue === 'dark' ? 'dark' : 'light'
    if (key === 'helpdesk.language') language.value = newValue === 'id' ? 'id' : 'en'
    hasSound.value = readKept('sound', true)
    hasNotifications.value = readKept('notifications', false)
  })

  watch(theme, (value) => {
    root.dataset['theme'] = value
    localStorage.setItem('helpdesk.theme', value)
  })
  watch(language, (value) => {
    root.lang = value
    localStorage.setItem('helpdesk.language', value)
    void setLanguage(value)
  })
  watch(sendsByEnter, (value) => keep('enter', value))
  watch(hasSound, (value) => keep('sound', value))
  watch(hasNotifications, (value) => keep('notifications', value))

  return { theme, language, sendsByEnter, sendKey, hasSound, hasNotifications }
})
