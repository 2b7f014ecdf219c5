/* Starts the simulated phone. */
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import { i18n, loadWords } from '@/locales'
import '@/styles/main.css'
import PhonePage from './PhonePage.vue'
import './phone.css'

await loadWords('common', 'phone')
createApp(PhonePage).use(createPinia()).use(i18n).mount('#app')
