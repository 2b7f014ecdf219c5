/* What a supervisor's side bar has: loaded for supervisors alone. */
import { BookUser, RefreshCw, CircleUserRound, ListChecks, ListPlus, MessageSquareQuote, Route, Settings, Smartphone, Split, Tag, Users, Webhook } from '@lucide/vue'
import type { useWorld } from '@/stores/world'
import type { NavLink, Section } from './sections'

export function supervisorSections(t: (key: string) => string, { world }: ReturnType<typeof useWorld>, inbox: NavLink[]): Section[] {
  const { devices, divisions, agents, templates, rules, labels, fields, rotators } = world
  const seats = [...agents.values()].filter((agent) => !agent.user_id).length
  return [
    { title: t('nav.floor'), links: [...inbox, { label: t('nav.contacts'), to: '/contacts', icon: BookUser }, { label: t('nav.turns'), to: '/turns', icon: RefreshCw }] },
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
}
