/* Where a thread stands: at the bottom until somebody scrolls up, and unmoved while older lines come. */
import { type Ref, nextTick, onBeforeUnmount, onMounted, ref } from 'vue'

const BOTTOM_PX = 48
const OLDER_PX = 600

interface Options {
  scroller: Readonly<Ref<HTMLElement | null>>
  content: Readonly<Ref<HTMLElement | null>>
  hasOlder: () => boolean
  loadOlder: () => Promise<void>
  hasNewer: () => boolean
  loadNewer: () => Promise<void>
}

export function useScrolling({ scroller, content, hasOlder, loadOlder, hasNewer, loadNewer }: Options) {
  const isAtBottom = ref(true)
  const isLoadingOlder = ref(false)
  let isLoadingNewer = false
  let sticks = true
  let lastTop = 0
  let watcher: ResizeObserver | undefined

  function toBottom(): void {
    const box = scroller.value
    if (!box) return
    sticks = isAtBottom.value = true
    box.scrollTop = box.scrollHeight
    lastTop = box.scrollTop
  }

  function toElement(element: HTMLElement, block: ScrollLogicalPosition): void {
    sticks = false
    element.scrollIntoView({ block })
    measure()
  }

  /** Only who scrolls up leaves the bottom: a box that got smaller is not at its bottom for a moment. */
  function measure(): void {
    const box = scroller.value
    if (!box) return
    const below = box.scrollHeight - box.scrollTop - box.clientHeight
    sticks = !hasNewer() && (below < BOTTOM_PX || (sticks && box.scrollTop >= lastTop))
    isAtBottom.value = sticks
    lastTop = box.scrollTop
    if (box.scrollTop < OLDER_PX) void older()
    if (below < OLDER_PX) void newer()
  }

  /** Load what is below a part of the past; nothing above it moves. */
  async function newer(): Promise<void> {
    if (isLoadingNewer || !hasNewer()) return
    isLoadingNewer = true
    try {
      await loadNewer()
      await nextTick()
    } finally {
      isLoadingNewer = false
    }
    measure()
  }

  /** Load what is above; what is on the screen stays where it is. */
  async function older(): Promise<void> {
    const box = scroller.value
    if (!box || isLoadingOlder.value || !hasOlder()) return
    isLoadingOlder.value = true
    const below = box.scrollHeight - box.scrollTop
    try {
      await loadOlder()
      await nextTick()
      box.scrollTop = box.scrollHeight - below
    } finally {
      isLoadingOlder.value = false
    }
    if (box.scrollTop < OLDER_PX && box.scrollHeight > below) void older()
  }

  onMounted(() => {
    watcher = new ResizeObserver(() => sticks && toBottom())
    if (scroller.value) watcher.observe(scroller.value)
    if (content.value) watcher.observe(content.value)
  })
  onBeforeUnmount(() => watcher?.disconnect())

  return { isAtBottom, isLoadingOlder, toBottom, toElement, measure, older }
}
