/* The field that a reply is typed in: its caret, its height, and the slash word in it that asks for
   quick replies. */
import { type Ref, computed, nextTick, onMounted, ref, watch } from 'vue'
import type { TemplateOut } from '@/api/schema'
import { grow } from '@/lib/growing'
import type { Draft } from '@/stores/drafts'
import { replaceSlash, slashAt, typeSlash } from './slash'

interface Options {
  field: Readonly<Ref<HTMLTextAreaElement | null>>
  draft: Readonly<Ref<Draft>>
  update: (part: Partial<Draft>) => void
  isOn: Readonly<Ref<boolean>>
}

export function useWriting({ field, draft, update, isOn }: Options) {
  const caret = ref(0)
  /** Whether the focus went elsewhere; then quick replies are closed. */
  const isAway = ref(false)
  /** The slash word that was closed; it stays closed while it is typed on. */
  const closedAt = ref<number | null>(null)
  const isStacking = ref(false)
  const slash = computed(() => (isOn.value ? slashAt(draft.value.text, caret.value) : null))
  const asked = computed(() => (isAway.value || slash.value?.at === closedAt.value ? null : slash.value))

  const focus = () => field.value?.focus()

  function follow(): void {
    isAway.value = false
    caret.value = field.value?.selectionStart ?? 0
  }

  function write(text: string, at: number): void {
    update({ text })
    isAway.value = false
    caret.value = at
    void nextTick(() => {
      focus()
      field.value?.setSelectionRange(at, at)
    })
  }

  function insert(words: string): void {
    const { text } = draft.value
    const at = caret.value
    write(text.slice(0, at) + words + text.slice(at), at + words.length)
  }

  /** Put a quick reply in the place of the slash word; where more are stacked, ask for the next. */
  function insertTemplate({ id, attachment, location, poll }: TemplateOut, words: string, isMore: boolean): void {
    if (!slash.value) return
    const { text, caret: at } = replaceSlash(draft.value.text, slash.value, words)
    const next = isMore ? (words ? '\n/' : '/') : ''
    const { attachments, templates = [] } = draft.value
    update({
      attachments: attachment ? [...attachments, attachment] : attachments,
      location: location ?? draft.value.location,
      poll: poll ?? draft.value.poll,
      templates: [...templates, id],
    })
    isStacking.value = isMore
    write(text.slice(0, at) + next + text.slice(at), at + next.length)
  }

  function ask(): void {
    closedAt.value = null
    follow()
    if (slash.value) return focus()
    const { text, caret: at } = typeSlash(draft.value.text, caret.value)
    write(text, at)
    isStacking.value = true
  }

  /** Close and leave the text as it is; only a slash that nobody typed goes. */
  function close(): void {
    const open = slash.value
    if (open && isStacking.value && !open.query) {
      const { text } = draft.value
      const start = open.at - (/\s/.test(text[open.at - 1] ?? '') ? 1 : 0)
      write(text.slice(0, start) + text.slice(open.end), start)
    } else if (open) {
      closedAt.value = open.at
      focus()
    }
    isStacking.value = false
  }

  watch(slash, (now) => {
    if (now) return
    closedAt.value = null
    isStacking.value = false
  })
  watch(() => draft.value.text, () => void nextTick(() => grow(field.value)))
  onMounted(() => grow(field.value))
  watch(() => draft.value.replyTo, (now) => now && focus())

  return { caret, isAway, asked, focus, follow, insert, insertTemplate, ask, close }
}
