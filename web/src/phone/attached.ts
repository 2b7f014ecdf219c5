/* A file beside the text: uploaded at once, sent with the message. */
import { type Ref, onScopeDispose, ref } from 'vue'
import { type Uploaded, uploadFile } from './api'
import { kindOf } from './thread'

export interface Attached {
  file: Ref<File | null>
  preview: Ref<string | undefined>
  isBusy: Ref<boolean>
  take: (deviceId: string, chosen: File) => Promise<void>
  clear: () => void
  content: () => Record<string, unknown> | undefined
}

export function useAttached(): Attached {
  const file = ref<File | null>(null)
  const preview = ref<string>()
  const isBusy = ref(false)
  const shown: string[] = []
  let uploaded: Uploaded | null = null

  function clear(): void {
    file.value = null
    preview.value = undefined
    isBusy.value = false
    uploaded = null
  }

  async function take(deviceId: string, chosen: File): Promise<void> {
    clear()
    file.value = chosen
    isBusy.value = true
    if (chosen.type.startsWith('image/')) {
      preview.value = URL.createObjectURL(chosen)
      shown.push(preview.value)
    }
    try {
      const stored = await uploadFile(deviceId, chosen)
      if (file.value === chosen) uploaded = stored
    } catch (error) {
      if (file.value === chosen) clear()
      throw error
    } finally {
      if (file.value === chosen) isBusy.value = false
    }
  }

  /** What the hook is told of the file. */
  const content = () => (uploaded ? { kind: kindOf(uploaded.mime), media: uploaded.id, filename: uploaded.filename } : undefined)

  onScopeDispose(() => setTimeout(() => shown.forEach((url) => URL.revokeObjectURL(url)), 60_000))
  return { file, preview, isBusy, take, clear, content }
}
