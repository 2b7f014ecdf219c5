/* What follows from a conversation being on the screen: others see it, and mine counts as read. */
import { type Ref, onScopeDispose, ref, watch } from 'vue'
import type { ConversationOut } from '@/api/schema'
import { useLive } from '@/stores/live'
import { useSession } from '@/stores/session'
import { VIEWING_MS } from '@/stores/watchers'
import { useWorld } from '@/stores/world'
import { useConversationActions } from './actions'

const LOOK_MS = 400

/** Tell that it is looked at, again and again, so that who comes later knows as well. */
export function useViewing(id: Ref<string | undefined>): void {
  const live = useLive()
  const say = () => id.value && !document.hidden && live.say({ type: 'viewing', conversation_id: id.value, active: true })
  const timer = setInterval(say, VIEWING_MS / 2)
  watch(id, (now) => live.show(now ?? null), { immediate: true })
  watch(() => live.state === 'live', say)
  onScopeDispose(() => {
    clearInterval(timer)
    live.show(null)
  })
}

/** Whether the page is looked at: on the screen, in a window that has the focus. */
export function useLooking(): Readonly<Ref<boolean>> {
  const isLooking = ref(false)
  const look = () => (isLooking.value = document.hasFocus() && !document.hidden)
  const names = ['focus', 'blur', 'visibilitychange']
  look()
  for (const name of names) addEventListener(name, look)
  onScopeDispose(() => {
    for (const name of names) removeEventListener(name, look)
  })
  return isLooking
}

/** Mark as read what is looked at: for me, and where it is mine for the customer as well. */
export function useReading(conversation: Ref<ConversationOut | null>): void {
  const session = useSession()
  const world = useWorld()
  const { read } = useConversationActions()
  const isLooking = useLooking()
  let timer: ReturnType<typeof setTimeout> | undefined

  /** How much there is to read; another number is another look. */
  function due(shown: ConversationOut | null): number {
    if (!shown || !session.isSure) return 0
    const isMine = shown.assignee_id !== null && shown.assignee_id === session.agentId
    return Math.max(world.unreadOf(shown), isMine ? shown.unread : 0, world.world.mentions.has(shown.id) ? 1 : 0)
  }

  watch(
    () => [conversation.value?.id, due(conversation.value), isLooking.value],
    () => {
      clearTimeout(timer)
      const shown = conversation.value
      if (shown && due(shown) && isLooking.value) timer = setTimeout(() => void read(shown), LOOK_MS)
    },
    { immediate: true },
  )
  onScopeDispose(() => clearTimeout(timer))
}
