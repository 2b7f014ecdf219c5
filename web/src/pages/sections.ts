/* The pages of the side bar and tab bar, with their counts. */
import { AlarmClock, AtSign, CircleCheck, Hourglass, Inbox, Layers } from '@lucide/vue'
import { type Component, type ComputedRef, computed, shallowRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { useSession } from '@/stores/session'
import { useWorld } from '@/stores/world'

export interface NavLink {
  label: string
  /** The label where there is little room. */
  short?: string
  to: string
  icon: Component
  count?: number | undefined
}

export interface Section {
  title: string
  links: NavLink[]
}

export function useInboxLinks(): ComputedRef<NavLink[]> {
  const { t } = useI18n()
  const session = useSession()
  const world = useWorld()
  return computed(() => {
    const mine = { label: t('nav.mine'), to: '/inbox/mine', icon: Inbox, count: known(world, world.mine.length) }
    const [label, short] = session.isSupervising ? [t('nav.all'), t('nav.allShort')] : [t('nav.division'), t('nav.divisionShort')]
    const all = { label, short, to: '/inbox/all', icon: Layers, count: known(world, openCount(world)) }
    return [
      ...(session.agentId ? [mine] : []),
      { label: t('nav.waiting'), to: '/inbox/waiting', icon: Hourglass, count: known(world, waitingCount(world)) },
      ...(session.isSupervising || session.me?.agent?.sees === 'division' ? [all] : []),
      ...(session.agentId ? [{ label: t('nav.mentions'), to: '/inbox/mentions', icon: AtSign, count: known(world, world.world.mentions.size) }] : []),
      { label: t('nav.snoozed'), to: '/inbox/snoozed', icon: AlarmClock, count: known(world, snoozedCount(world)) },
      { label: t('nav.resolved'), to: '/inbox/resolved', icon: CircleCheck },
    ]
  })
}

const supervisors = shallowRef<typeof import('./supervising') | null>(null)

/** Load what only supervisors have in their side bar. */
export async function loadSections(): Promise<void> {
  supervisors.value ??= await import('./supervising')
}

export function useSections(): ComputedRef<Section[]> {
  const { t } = useI18n()
  const session = useSession()
  const world = useWorld()
  const inbox = useInboxLinks()
  return computed(() => {
    if (!session.isSupervising || !supervisors.value) return [{ title: '', links: inbox.value }]
    return supervisors.value.sectionsOf(t, inbox.value, world.isLoaded ? world.world : null)
  })
}

type Counted = ReturnType<typeof useWorld>

/** How many there are, once it is known. */
const known = (world: Counted, count: number): number | undefined => (world.isLoaded ? count : undefined)

function openCount(world: Counted): number {
  if (hasAll(world)) return world.open.length
  const { waiting = 0, unrouted = 0, assigned = 0 } = world.counts
  return waiting + unrouted + assigned
}

function snoozedCount(world: Counted): number {
  return hasAll(world) ? world.snoozed.length : (world.counts['snoozed'] ?? 0)
}

function waitingCount(world: Counted): number {
  if (hasAll(world)) return world.waiting.length
  return (world.counts['waiting'] ?? 0) + (world.counts['unrouted'] ?? 0)
}

/** Whether what is loaded is all there is, or all that is known: an agent's counts are not made. */
const hasAll = (world: Counted): boolean => world.isComplete || !Object.keys(world.counts).length
