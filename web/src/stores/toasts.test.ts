import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { newestSaid, useToasts } from './toasts'

describe('notices', () => {
  beforeEach(() => setActivePinia(createPinia()))

  it('offer the undo of what was done last, and of nothing before it', () => {
    const toasts = useToasts()
    const reopen = vi.fn()
    toasts.show('Nadia resolved', { label: 'Undo', run: reopen })
    toasts.show('Copied')
    expect(toasts.act(newestSaid(toasts.toasts))).toBe('')
    expect(reopen).not.toHaveBeenCalled()
  })

  it('keep the undo when something failed since, and do it once', () => {
    const toasts = useToasts()
    const reopen = vi.fn()
    toasts.show('Nadia resolved', { label: 'Undo', run: reopen })
    toasts.show('Budi has this conversation now.', undefined, 'failed')
    expect(toasts.act(newestSaid(toasts.toasts))).toBeNull()
    expect(toasts.act(newestSaid(toasts.toasts))).toBe('')
    expect(reopen).toHaveBeenCalledOnce()
  })

  it('say what stands in the way instead of doing it', () => {
    const toasts = useToasts()
    const run = vi.fn()
    toasts.show('Nadia is back in the queue', { label: 'Undo', run, obstacle: () => 'Budi has it now' })
    expect(toasts.act(newestSaid(toasts.toasts))).toBe('Budi has it now')
    expect(run).not.toHaveBeenCalled()
    expect(toasts.toasts).toHaveLength(1)
  })

  it('do not pile up the same failure', () => {
    const toasts = useToasts()
    for (let time = 0; time < 3; time++) toasts.show('Nothing to undo.', undefined, 'failed')
    expect(toasts.toasts).toHaveLength(1)
  })
})
