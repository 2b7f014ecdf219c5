/* An autoreply in words: which messages it answers, when, and with what. */
import { useI18n } from 'vue-i18n'
import type { AutoreplyOut } from '@/api/schema'
import { useWorld } from '@/stores/world'
import { type Piece, piecesOf } from '../rules/saying'
import { hasWords } from './autoreply'

export function useSaying() {
  const { t } = useI18n()
  const world = useWorld()

  function pieces({ kind, words, pattern, hours }: AutoreplyOut): Piece[] {
    const lead = kind === 'default' ? '' : t(`supervise.autoreplies.said.${kind}`)
    const said = kind === 'default' ? t('supervise.autoreplies.said.default') : hasWords(kind) ? words.join(', ') : pattern
    const word = (key: string) => t(`supervise.rules.${key}`)
    return [{ lead, said }, ...(hours ? piecesOf({ ...hours, type: 'hours' }, { word, label: String }) : [])]
  }

  /** What it answers with, in one line; and whether that is gone. */
  function answer({ text, template_id, rotator_id, poll, attachment }: AutoreplyOut): { said: string; isGone: boolean } {
    if (template_id) return named(world.world.templates.get(template_id)?.name, 'supervise.autoreplies.noTemplate')
    if (rotator_id) return named(world.world.rotators.get(rotator_id)?.name, 'supervise.autoreplies.noRotator')
    return { said: text || poll?.name || attachment?.filename || '', isGone: false }
  }

  const named = (name: string | undefined, missing: string) => ({ said: name ?? t(missing), isGone: name === undefined })

  return { pieces, answer }
}
