/* Presence in words: Online, Reachable by push, Offline, Away · lunch. */
import { useI18n } from 'vue-i18n'
import type { AgentOut } from '@/api/schema'
import { isKnownReason } from '@/lib/away'

const ORDER = { online: 0, away: 1, offline: 2 }

/** Who is there first, then by name. */
export const byPresence = (one: Present, other: Present): number => ORDER[one.presence] - ORDER[other.presence] || one.name.localeCompare(other.name)

type Present = Pick<AgentOut, 'presence' | 'name'>
type Shown = Pick<AgentOut, 'presence' | 'presence_by'>

export function usePresenceWords() {
  const { t } = useI18n()
  const reasonWords = (reason: string): string => (isKnownReason(reason) ? t(`away.${reason}`) : reason)

  const presenceWord = ({ presence, presence_by }: Shown): string => t(`presence.${presence === 'online' && presence_by === 'push' ? 'push' : presence}`)

  function presenceWords(agent: Shown & Pick<AgentOut, 'away_reason'>): string {
    const reason = agent.presence === 'away' && agent.away_reason ? reasonWords(agent.away_reason) : ''
    return [presenceWord(agent), reason].filter(Boolean).join(' · ')
  }

  return { presenceWord, presenceWords, reasonWords }
}
