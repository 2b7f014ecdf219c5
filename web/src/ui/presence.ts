/* Presence in words: Online, Offline, Away · lunch. */
import { useI18n } from 'vue-i18n'
import type { AgentOut } from '@/api/schema'
import { isKnownReason } from '@/lib/away'

export function usePresenceWords() {
  const { t } = useI18n()
  const reasonWords = (reason: string): string => (isKnownReason(reason) ? t(`away.${reason}`) : reason)

  function presenceWords({ presence, away_reason }: Pick<AgentOut, 'presence' | 'away_reason'>): string {
    const reason = presence === 'away' && away_reason ? reasonWords(away_reason) : ''
    return [t(`presence.${presence}`), reason].filter(Boolean).join(' · ')
  }

  return { presenceWords, reasonWords }
}
