/* What a supervisor's side bar has beside the inbox. */
import { BookUser, Bot, ChartBarDecreasing, CircleUserRound, History, ListChecks, ListPlus, Megaphone, MessageSquareQuote, RefreshCw, Route, Settings, Smartphone, Split, Tag, Users, Webhook } from '@lucide/vue'
import type { World } from '@/live/world'
import type { NavLink, Section } from './sections'

/** The counts are there with the first picture of the `world`. */
export function sectionsOf(t: (key: string) => string, inbox: NavLink[], world: World | null): Section[] {
  const seats = world ? [...world.agents.values()].filter((agent) => !agent.user_id).length : undefined
  return [
    { title: t('nav.floor'), links: [...inbox, { label: t('nav.contacts'), to: '/contacts', icon: BookUser }, { label: t('nav.broadcasts'), to: '/broadcasts', icon: Megaphone }, { label: t('nav.history'), to: '/history', icon: History }, { label: t('nav.turns'), to: '/turns', icon: RefreshCw }, { label: t('nav.polls'), to: '/polls', icon: ChartBarDecreasing }] },
    {
      title: t('nav.setUp'),
      links: [
        { label: t('nav.setup'), to: '/setup', icon: ListChecks },
        { label: t('nav.devices'), to: '/devices', icon: Smartphone, count: world?.devices.size },
        { label: t('nav.divisions'), to: '/divisions', icon: Users, count: world?.divisions.size },
        { label: t('nav.agents'), to: '/agents', icon: CircleUserRound, count: seats },
        { label: t('nav.templates'), to: '/templates', icon: MessageSquareQuote, count: world?.templates.size },
        { label: t('nav.rules'), to: '/rules', icon: Route, count: world?.rules.size },
        { label: t('nav.autoreplies'), to: '/autoreplies', icon: Bot, count: world?.autoreplies.size },
        { label: t('nav.labels'), to: '/labels', icon: Tag, count: world?.labels.size },
        { label: t('nav.fields'), to: '/fields', icon: ListPlus, count: world?.fields.size },
        { label: t('nav.rotators'), to: '/rotators', icon: Split, count: world?.rotators.size },
        { label: t('nav.webhooks'), to: '/webhooks', icon: Webhook },
        { label: t('nav.settings'), to: '/settings', icon: Settings },
      ],
    },
  ]
}
