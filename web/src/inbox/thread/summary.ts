/* A message in one line, and who wrote it: for quotes and labels. */
import { useI18n } from 'vue-i18n'
import type { MessageOut } from '@/api/schema'

type Told = Pick<MessageOut, 'kind' | 'text' | 'media' | 'location' | 'poll' | 'choices'>

export function useSummary() {
  const { t } = useI18n()

  function summary(line: Told): string {
    if (line.poll) return line.poll.name
    if (line.kind === 'poll_vote') return line.choices.join(', ')
    return line.text || line.media?.filename || line.location?.name || t(`thread.kinds.${line.kind}`)
  }

  function writer(line: Pick<MessageOut, 'sender' | 'is_from_phone'>): string {
    if (line.is_from_phone) return t('thread.fromPhone')
    return line.sender.name || t(line.sender.kind === 'token' ? 'thread.byProgram' : 'thread.automatic')
  }

  /** Name and kind, as a quote's head: Ayu · poll. */
  function head(line: MessageOut): string {
    return line.kind === 'text' ? writer(line) : `${writer(line)} · ${t(`thread.kinds.${line.kind}`)}`
  }

  return { summary, writer, head }
}
