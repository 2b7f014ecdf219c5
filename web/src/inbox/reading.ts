/* The document that is read, over the open conversation. */
import { shallowRef } from 'vue'
import type { MediaOut } from '@/api/schema'

export const reading = shallowRef<MediaOut | null>(null)
