/* The pages of the side bar and tab bar, with their counts. */
import { AlarmClock, BookUser, Inbox, Hourglass, RefreshCw, Layers, CircleCheck, CircleUserRound, ListChecks, ListPlus, MessageSquareQuote, Route, Settings, Smartphone, Split, Tag, Users, Webhook } from '@lucide/vue'
import { type Component, type ComputedRef, computed } from 'vue'
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
    const mine = { label: t('nav.mine'), to: '/inbox/mine', icon: Inbox, count: world.mine.length }
    const [label, short] = session.isSupervising ? [t('nav.all'), t('nav.allShort')] : [t('nav.division'), t('nav.divisionShort')]
    const all = { label, short, to: '/inbox/all', icon: Layers, count: openCount(world) }
    return [
      ...(session.agentId ? [mine] : []),
      { label: t('nav.waiting'), to: '/inbox/waiting', icon: Hourglass, count: waitingCount(world) },
      ...(session.isSupervising || session.me?.agent?.sees === 'division' ? [all] : []),
      { label: t('nav.snoozed'), to: '/inbox/snoozed', icon: AlarmClock, count: snoozedCount(world) },
      { label: t('nav.resolved'), to: '/inbox/resolved', icon: CircleCheck },
    ]
  })
}

export function useSections(): ComputedRef<Section[]> {
  const { t } = useI18n()
  const session = useSession()
  const world = useWorld()
  const inbox = useInboxLinks()
  return computed(() => {
    if (!session.isSupervising) return [{ title: '', links: inbox.value }]
    const { devices, divisions, agents, templates, rules, labels, fields, rotators } = world.world
    const seats = [...agents.values()].filter((agent) => !agent.user_id).length
    return [
      { title: t('nav.floor'), links: [...inbox.value, { label: t('nav.contacts'), to: '/contacts', icon: BookUser }, { label: t('nav.turns'), to: '/turns', icon: RefreshCw }] },
      {
        title: t('nav.setUp'),
        links: [
          { label: t('nav.setup'), to: '/setup', icon: ListChecks },
          { label: t('nav.devices'), to: '/devices', icon: Smartphone, count: devices.size },
          { label: t('nav.divisions'), to: '/divisions', icon: Users, count: divisions.size },
          { label: t('nav.agents'), to: '/agents', icon: CircleUserRound, count: seats },
          { label: t('nav.templates'), to: '/templates', icon: MessageSquareQuote, count: templates.size },
          { label: t('nav.rules'), to: '/rules', icon: Route, count: rules.size },
          { label: t('nav.labels'), to: '/labels', icon: Tag, count: labels.size },
          { label: t('nav.fields'), to: '/fields', icon: ListPlus, count: fields.size },
          { label: t('nav.rotators'), to: '/rotators', icon: Split, count: rotators.size },
          { label: t('nav.webhooks'), to: '/webhooks', icon: Webhook },
          { label: t('nav.settings'), to: '/settings', icon: Settings },
        ],
      },
    ]
  })
}

type Counted = ReturnType<typeof useWorld>

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
