/* Picking a file for a text: it is uploaded at once, and goes along under the id that it gets. */
import { type Ref, ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { Problem, upload } from '@/api/http'
import type { MediaOut } from '@/api/schema'

export function useFilePick(media: Ref<MediaOut | null>) {
  const { t } = useI18n()
  /** 0 to 1 while it is on its way. */
  const share = ref<number | null>(null)
  const trouble = ref('')

  async function choose(event: Event): Promise<void> {
    const input = event.target as HTMLInputElement
    const file = input.files?.[0]
    input.value = ''
    if (!file) return
    trouble.value = ''
    share.value = 0
    try {
      media.value = await upload<MediaOut>('/api/v1/media', file, (done) => (share.value = done))
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      trouble.value = error.isOffline ? t('problem.offline') : error.message
    } finally {
      share.value = null
    }
  }

  return { share, trouble, choose }
}
