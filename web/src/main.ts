/* Starts the console: words, session, pages. */
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import { tellRefusals } from './api/http'
import App from './App.vue'
import { i18n, loadWords } from './locales'
import { inWords } from './locales/refusals'
import { router } from './router'
import { useSession } from './stores/session'
import './styles/main.css'

const app = createApp(App).use(createPinia()).use(i18n)
await Promise.all([loadWords('common'), useSession().load().catch(() => undefined)])
app.use(router).mount('#app')
tellRefusals(inWords)
void loadWords('refused')
