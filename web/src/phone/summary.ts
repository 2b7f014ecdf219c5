/* A line in a few words, as the list of customers shows it. */
import { useI18n } from 'vue-i18n'
import type { Line } from './api'

export function useSummary(): (line: Line) => string {
  const { t } = useI18n()
  return (line) => {
    if (line.kind === 'poll_vote') return line.choices.length ? t('phone.voted', { choices: line.choices.join(', ') }) : t('phone.votedNothing')
    if (line.text) return line.text
    if (line.poll) return line.poll.name
    if (line.location) return line.location.name || `${line.location.latitude}, ${line.location.longitude}`
    if (line.file) return line.file.filename
    if (line.kind === 'contact') return t('phone.contactCard')
    if (line.kind === 'sticker') return t('phone.sticker')
    return line.kind === 'text' || line.kind === 'other' ? t('phone.other') : t('phone.notFetched')
  }
}
