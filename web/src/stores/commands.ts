/* What the command palette offers beside the pages: the page on the screen adds what it can do. */
import { defineStore } from 'pinia'
import { type Component, computed, onScopeDispose, ref, shallowReactive } from 'vue'

export interface Command {
  id: string
  label: string
  icon: Component
  keys?: string
  run: () => void
}

export interface CommandGroup {
  title: string
  commands: Command[]
}

export const useCommands = defineStore('commands', () => {
  const isOpen = ref(false)
  /** The sheet of all keys. */
  const isSheetOpen = ref(false)
  const sources = shallowReactive(new Set<() => CommandGroup[]>())
  const groups = computed(() => [...sources].flatMap((source) => source()))

  /** Offer commands as long as the calling component lives. */
  function offer(source: () => CommandGroup[]): void {
    sources.add(source)
    onScopeDispose(() => sources.delete(source))
  }

  return { isOpen, isSheetOpen, groups, offer }
})
