/* Templates to start from. */
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'

const STARTERS = [
  { key: 'greeting', shortcut: 'hi' },
  { key: 'moment', shortcut: 'cek' },
  { key: 'hours', shortcut: 'jam' },
] as const

export function useStarters() {
  const { t } = useI18n()
  return computed(() =>
    STARTERS.map(({ key, shortcut }) => ({ shortcut, name: t(`supervise.starters.${key}.name`), text: t(`supervise.starters.${key}.text`) })),
  )
}
