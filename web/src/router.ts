/* The pages, who may open them, and the words they need. */
import { createRouter, createWebHistory } from 'vue-router'
import { loadWords, type Part } from './locales'
import { loadSections } from './pages/sections'
import { useSession } from './stores/session'

declare module 'vue-router' {
  interface RouteMeta {
    /** Pages for everybody need no session; pages for supervisors are not shown to agents. */
    for: 'everybody' | 'people' | 'supervisors'
    words: Part
  }
}

/** Where one starts; who that is has to be known first. */
function homeOf() {
  const session = useSession()
  if (!session.me) return { name: 'sign-in' }
  return session.isSupervising ? '/setup' : '/inbox/mine'
}

export const router = createRouter({
  history: createWebHistory('/app/'),
  routes: [
    { path: '/sign-in', name: 'sign-in', component: () => import('./pages/SignInPage.vue'), meta: { for: 'everybody', words: 'common' } },
    {
      path: '/',
      component: () => import('./pages/AppShell.vue'),
      meta: { for: 'people', words: 'common' },
      children: [
        { path: '', name: 'home', redirect: homeOf },
        {
          path: 'inbox/:view(mine|waiting|all|snoozed|resolved)/:id?',
          name: 'inbox',
          component: () => import('./inbox/InboxPage.vue'),
          meta: { for: 'people', words: 'inbox' },
        },
        {
          path: '',
          meta: { for: 'supervisors', words: 'supervise' },
          children: [
            { path: 'setup', name: 'setup', component: () => import('./supervise/SetupPage.vue') },
            { path: 'devices', name: 'devices', component: () => import('./supervise/devices/DevicesPage.vue') },
            { path: 'devices/:id', name: 'device', component: () => import('./supervise/devices/DevicePage.vue') },
            { path: 'divisions', name: 'divisions', component: () => import('./supervise/divisions/DivisionsPage.vue') },
            { path: 'divisions/:id', name: 'division', component: () => import('./supervise/divisions/DivisionPage.vue') },
            { path: 'turns/:id?', name: 'turns', component: () => import('./supervise/turns/TurnsPage.vue') },
            { path: 'agents', name: 'agents', component: () => import('./supervise/agents/AgentsPage.vue') },
            { path: 'agents/:id', name: 'agent', component: () => import('./supervise/agents/AgentPage.vue') },
            { path: 'templates', name: 'templates', component: () => import('./supervise/templates/TemplatesPage.vue') },
            { path: 'templates/:id', name: 'template', component: () => import('./supervise/templates/TemplatePage.vue') },
            { path: 'labels', name: 'labels', component: () => import('./supervise/labels/LabelsPage.vue') },
            { path: 'labels/:id', name: 'label', component: () => import('./supervise/labels/LabelsPage.vue') },
            { path: 'contacts/:id?', name: 'contacts', component: () => import('./supervise/contacts/ContactsPage.vue') },
            { path: 'broadcasts', name: 'broadcasts', component: () => import('./supervise/broadcasts/BroadcastsPage.vue') },
            { path: 'broadcasts/new', name: 'broadcast-new', component: () => import('./supervise/broadcasts/NewBroadcastPage.vue') },
            { path: 'broadcasts/:id', name: 'broadcast', component: () => import('./supervise/broadcasts/BroadcastPage.vue') },
            { path: 'history', name: 'history', component: () => import('./supervise/history/HistoryPage.vue') },
            { path: 'fields/:id?', name: 'fields', component: () => import('./supervise/fields/FieldsPage.vue') },
            { path: 'packages/:code?', name: 'packages', component: () => import('./supervise/packages/PackagesPage.vue') },
            { path: 'rotators', name: 'rotators', component: () => import('./supervise/rotators/RotatorsPage.vue') },
            { path: 'rotators/:id', name: 'rotator', component: () => import('./supervise/rotators/RotatorPage.vue') },
            { path: 'autoreplies', name: 'autoreplies', component: () => import('./supervise/autoreplies/AutorepliesPage.vue') },
            { path: 'autoreplies/:id', name: 'autoreply', component: () => import('./supervise/autoreplies/AutoreplyPage.vue') },
            { path: 'polls/:id?', name: 'polls', component: () => import('./supervise/polls/PollsPage.vue') },
            { path: 'webhooks', name: 'webhooks', component: () => import('./supervise/webhooks/WebhooksPage.vue') },
            { path: 'webhooks/:id', name: 'webhook', component: () => import('./supervise/webhooks/WebhookPage.vue') },
            { path: 'webhooks/:id/deliveries', name: 'webhook-deliveries', component: () => import('./supervise/webhooks/DeliveriesPage.vue') },
            { path: 'settings', name: 'settings', component: () => import('./supervise/settings/SettingsPage.vue') },
            { path: 'rules', name: 'rules', component: () => import('./supervise/rules/RulesPage.vue') },
            { path: 'rules/:id', name: 'rule', component: () => import('./supervise/rules/RulesPage.vue') },
          ],
        },
        { path: ':rest(.*)*', name: 'nowhere', component: () => import('./pages/NowherePage.vue'), meta: { for: 'people', words: 'common' } },
      ],
    },
  ],
})

router.beforeEach(async (to) => {
  const session = useSession()
  await loadWords('common', to.meta.words)
  if (to.meta.for === 'everybody') return true
  if (!session.me) return { name: 'sign-in', query: to.fullPath === '/' ? {} : { next: to.fullPath } }
  if (session.isSupervising) await loadSections()
  if (to.meta.for === 'supervisors' && !session.isSupervising) return { name: 'nowhere', params: { rest: to.path.split('/').slice(1) }, query: { why: 'rights' }, replace: true }
  return true
})
