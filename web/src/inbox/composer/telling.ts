/* The truth above the composer, from what the stores know now. */
import { type Ref, computed, ref, watch } from 'vue'
import type { ConversationOut } from '@/api/schema'
import { type Draft, isEmpty } from '@/stores/drafts'
import { useLive } from '@/stores/live'
import { useSession } from '@/stores/session'
import { useWorld } from '@/stores/world'
import { canReplyTo, truthOf } from './truth'

export function useTruth(conversation: () => ConversationOut, draft: Readonly<Ref<Draft>>, hasCrossed: Readonly<Ref<boolean>>) {
  const live = useLive()
  const session = useSession()
  const world = useWorld()
  const wasMine = ref(false)
  const isMine = computed(() => canReplyTo(conversation(), session.agentId))
  const device = computed(() => world.world.devices.get(conversation().device.id))
  const isDeviceConnected = computed(() => device.value?.status !== 'disconnect')

  watch(isMine, (now) => (wasMine.value = !now && !isEmpty(draft.value)))

  const truth = computed(() =>
    truthOf({
      conversation: conversation(),
      me: session.agentId,
      isDeviceConnected: isDeviceConnected.value,
      isUsedUp: device.value?.is_used_up ?? false,
      isOffline: live.state === 'offline',
      wasMine: wasMine.value,
      hasCrossed: hasCrossed.value,
    }),
  )

  return { truth, isMine, isDeviceConnected }
}
