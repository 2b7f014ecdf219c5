/* Blocking a contact and letting it write again; each says what became of it. */
import { useI18n } from 'vue-i18n'
import { Problem, ask, http } from '@/api/http'
import { nameOf } from '@/lib/names'
import { useToasts } from '@/stores/toasts'

export function useBlocking() {
  const { t } = useI18n()
  const toasts = useToasts()

  /** Return whether the server did it. */
  async function setBlocked(contact: { id: string; name: string; number: string }, isBlocked: boolean): Promise<boolean> {
    const params = { path: { contact_id: contact.id } }
    try {
      await ask(http.POST(`/api/v1/contacts/{contact_id}/${isBlocked ? 'block' : 'unblock'}`, { params }))
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      toasts.fail(error)
      return false
    }
    toasts.show(t(isBlocked ? 'contact.isBlocked' : 'contact.isUnblocked', { name: nameOf(contact) }))
    return true
  }

  return { setBlocked }
}
