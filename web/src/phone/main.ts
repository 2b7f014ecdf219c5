/* Starts the simulated phone. */
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import { speak } from '@/api/http'
import { refuseStrayDrops } from '@/lib/drops'
import { i18n, loadWords } from '@/locales'
import '@/styles/main.css'
import '@/styles/thread.css'
import PhonePage from './PhonePage.vue'
import './phone.css'

speak((code) => i18n.global.t(`problem.${code}`))
refuseStrayDrops()
await loadWords('common', 'phone')
createApp(PhonePage).use(createPinia()).use(i18n).mount('#app')
