/* A form: what is saved and what is typed, what the server refused, and asking before typing is lost. */
import { type Ref, computed, nextTick, onScopeDispose, reactive, ref, shallowRef, watch } from 'vue'
import { onBeforeRouteLeave, onBeforeRouteUpdate } from 'vue-router'
import { Problem } from '@/api/http'
import { useKeys } from '@/lib/keys'
import { changesOf, copy, fieldOf, isSame, merge, standing } from './changes'
import { focusIfLost, useFirstField } from './landing'

export interface FormSetUp<F extends object> {
  /** What is saved, as it is now; for a new thing, what it starts with. */
  source: () => F
  /** Save it; return what is saved then, where the server says. */
  save: (form: F, changes: Partial<F>) => Promise<F | null>
  /** What can be told without the server, by field. */
  check?: (form: F) => Record<string, string>
  /** Runs once the form is clean after a save. */
  done?: () => void
}

/** What the bar under a form and the dialog before leaving it need to know. */
export interface FormState {
  readonly isDirty: boolean
  readonly isBusy: boolean
  /** Somebody else saved a field that was changed here, too. */
  readonly isCrossed: boolean
  readonly savedAt: string | null
  readonly errors: Record<string, string>
  /** Why nothing was saved, where no field tells it. */
  readonly trouble: Problem | null
  readonly isLeaving: boolean
  submit: () => Promise<boolean>
  discard: () => void
  /** Answer whether to leave and lose what was typed. */
  leave: (isSure: boolean) => void
  /** Let the page go without asking, after its thing was deleted. */
  release: () => void
}

export interface Form<F extends object> extends FormState {
  data: F
}

interface Refusal<F> {
  problem: Problem
  form: F
}

export function useForm<F extends object>({ source, save, check, done }: FormSetUp<F>): Form<F> {
  const saved = ref(copy(source())) as Ref<F>
  const data = ref(copy(source())) as Ref<F>
  const refusal = shallowRef<Refusal<F> | null>(null)
  const isBusy = ref(false)
  const isCrossed = ref(false)
  const savedAt = ref<string | null>(null)
  const isDirty = computed(() => !isSame(saved.value, data.value))
  const errors = computed(() =>
    refusal.value ? standing(refusal.value.problem.errors, refusal.value.form, data.value) : {},
  )
  const trouble = computed(() => {
    if (!refusal.value) return null
    const names = Object.keys(refusal.value.problem.errors)
    const isTold = names.length > 0 && names.every((name) => fieldOf(name) in data.value)
    return isTold || !isSame(refusal.value.form, data.value) ? null : refusal.value.problem
  })

  watch(source, (next) => {
    const merged = merge(saved.value, data.value, next)
    data.value = merged.form
    saved.value = copy(next)
    isCrossed.value ||= merged.isCrossed
  })

  async function submit(): Promise<boolean> {
    if (isBusy.value) return false
    const sent = copy(data.value)
    const own = check?.(sent) ?? {}
    if (Object.keys(own).length) return refuse(new Problem(422, 'invalid_input', '', { errors: own }), sent)
    isBusy.value = true
    try {
      const result = (await save(sent, changesOf(saved.value, sent))) ?? sent
      data.value = merge(sent, data.value, result).form
      saved.value = copy(result)
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      return refuse(error, sent)
    } finally {
      isBusy.value = false
    }
    refusal.value = null
    isCrossed.value = false
    savedAt.value = new Date().toISOString()
    done?.()
    return true
  }

  function refuse(problem: Problem, form: F): false {
    refusal.value = { problem, form }
    void nextTick(() => document.querySelector<HTMLElement>('form [aria-invalid=true]')?.focus())
    return false
  }

  function discard(): void {
    data.value = copy(saved.value)
    refusal.value = null
    isCrossed.value = false
    void focusIfLost(() => document.querySelector('[type=submit]'))
  }

  useKeys({ 'mod+s': () => void submit() })
  useFirstField()
  const guard = useGuard(isDirty)
  return reactive({ data, isDirty, isBusy, isCrossed, savedAt, errors, trouble, submit, discard, ...guard }) as Form<F>
}

/** Ask before a page with unsaved changes goes away. */
function useGuard(isDirty: Ref<boolean>) {
  const asked = shallowRef<((isSure: boolean) => void) | null>(null)
  const isLeaving = computed(() => asked.value !== null)
  let isFree = false

  function ask(): true | Promise<boolean> {
    if (!isDirty.value || isFree) return true
    asked.value?.(false)
    return new Promise((resolve) => (asked.value = resolve))
  }

  function leave(isSure: boolean): void {
    asked.value?.(isSure)
    asked.value = null
  }

  function release(): void {
    isFree = true
  }

  const warn = (event: BeforeUnloadEvent) => {
    if (isDirty.value) event.preventDefault()
  }
  addEventListener('beforeunload', warn)
  onScopeDispose(() => removeEventListener('beforeunload', warn))
  onBeforeRouteLeave(ask)
  onBeforeRouteUpdate(ask)
  return { isLeaving, leave, release }
}
