/* Starts the console: words, session, pages. */
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { speak, tellRefusals } from './api/http'
import { refuseStrayDrops } from './lib/drops'
import { i18n, loadWords } from './locales'
import { inWords } from './locales/refusals'
import { router } from './router'
import { useSession } from './stores/session'
import './styles/main.css'
import { isShown } from './ui/lazy'

speak((code) => i18n.global.t(`problem.${code}`))
refuseStrayDrops()
const app = createApp(App).use(createPinia()).use(i18n)
await Promise.all([loadWords('common'), useSession().load().catch(() => undefined)])
app.use(router).mount('#app')
tellRefusals(inWords)
/* Nobody is refused anything before the page is there. */
const refused = () => loadWords('refused')
void (useSession().me ? isShown.then(refused) : refused())
