/* Templates as the server fills them in for one conversation, each asked for once. */
import { shallowReactive } from 'vue'
import { ask, http } from '@/api/http'
import type { TemplateOut } from '@/api/schema'

export function useRendered(conversationId: () => string) {
  const texts = shallowReactive(new Map<string, string>())
  const asked = new Map<string, Promise<string>>()
  const keyOf = (template: TemplateOut) => `${conversationId()} ${template.id} ${template.text}`

  /** The text with fields filled and blanks left as they are; null while it is not there. */
  const known = (template: TemplateOut): string | null => (template.text ? (texts.get(keyOf(template)) ?? null) : '')

  /** Ask for it. Throws a Problem; then it may be asked for again. */
  function load(template: TemplateOut): Promise<string> {
    const key = keyOf(template)
    const got = known(template)
    if (got !== null) return Promise.resolve(got)
    const params = { path: { template_id: template.id } }
    const body = { conversation_id: conversationId() }
    const asking =
      asked.get(key) ??
      ask(http.POST('/api/v1/templates/{template_id}/render', { params, body }))
        .then((preview) => {
          texts.set(key, preview.text)
          return preview.text
        })
        .finally(() => asked.delete(key))
    asked.set(key, asking)
    return asking
  }

  return { known, load }
}
