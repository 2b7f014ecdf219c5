/* The words of the console. English and Indonesian are whole; parts load with the pages that use
   them, so that an agent's first load carries no supervisor's words. */
import { createI18n } from 'vue-i18n'

export type Language = 'en' | 'id'
export type Part = 'common' | 'inbox' | 'contact' | 'supervise' | 'phone' | 'refused' | 'search' | 'media' | 'composer'

const files = import.meta.glob<{ default: Record<string, unknown> }>(['./*/*.json', '!./*/push.json'])
const loaded = new Map<string, Promise<void>>()
const parts = new Set<Part>()

export const i18n = createI18n({
  legacy: false,
  locale: document.documentElement.lang === 'id' ? 'id' : 'en',
  fallbackLocale: false,
  missingWarn: import.meta.env.DEV,
  fallbackWarn: import.meta.env.DEV,
  messages: {},
})

/** Load the words of a part in the language that is set. */
export async function loadWords(...wanted: Part[]): Promise<void> {
  for (const part of wanted) parts.add(part)
  await loadLanguage(i18n.global.locale.value as Language)
}

/** Speak another language from now on. */
export async function setLanguage(language: Language): Promise<void> {
  await loadLanguage(language)
  i18n.global.locale.value = language
}

async function loadLanguage(language: Language): Promise<void> {
  await Promise.all(
    [...parts].map((part) => {
      const key = `./${language}/${part}.json`
      if (!loaded.has(key)) loaded.set(key, merge(language, key))
      return loaded.get(key)
    }),
  )
}

async function merge(language: Language, key: string): Promise<void> {
  const words = await files[key]!()
  i18n.global.mergeLocaleMessage(language, words.default)
}
