/* The pages, who may open them, and the words they need. */
import { createRouter, createWebHistory } from 'vue-router'
import { loadWords, type Part } from './locales'
import { loadSections } from './pages/sections'
import { useSession } from './stores/session'
import { useUpdate } from './stores/update'

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
      name: 'app',
      component: () => import('./pages/AppShell.vue'),
      meta: { for: 'people', words: 'common' },
      children: [
        { path: '', name: 'home', redirect: homeOf },
        {
          path: 'inbox/:view(mine|waiting|all|snoozed|resolved|mentions)/:id?',
          name: 'inbox',
          component: () => import('./inbox/InboxPage.vue'),
          meta: { for: 'people', words: 'inbox' },
        },
        { path: ':rest(.*)*', name: 'nowhere', component: () => import('./pages/NowherePage.vue'), meta: { for: 'people', words: 'common' } },
      ],
    },
  ],
})

/** Add the pages of supervisors, once: agents load not even their addresses, unless they ask for one. */
async function addSupervisorPages(): Promise<boolean> {
  if (router.hasRoute('setup')) return false
  const { supervisorPages } = await import('./supervisorPages')
  router.addRoute('app', supervisorPages)
  return true
}

/** A page of a build that the server has no more is opened anew, as the server has it now. */
router.onError((_error, to) => {
  void useUpdate().look().then((isThere) => isThere && location.assign(router.resolve(to).href))
})

router.beforeEach(async (to) => {
  const session = useSession()
  const [isMore] = await Promise.all([
    (session.isSupervising || to.name === 'nowhere') && addSupervisorPages(),
    session.isSupervising && loadSections(),
    loadWords('common', to.meta.words),
  ])
  if (isMore && to.name === 'nowhere') return to.fullPath
  if (to.meta.for === 'everybody') return true
  if (!session.me) return { name: 'sign-in', query: to.fullPath === '/' ? {} : { next: to.fullPath } }
  if (to.meta.for === 'supervisors' && !session.isSupervising) return { name: 'nowhere', params: { rest: to.path.split('/').slice(1) }, query: { why: 'rights' }, replace: true }
  return true
})
