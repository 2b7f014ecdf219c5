import { fileURLToPath } from 'node:url'
import vueI18n from '@intlify/unplugin-vue-i18n/vite'
import tailwindcss from '@tailwindcss/vite'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'
import { serviceWorker } from './scripts/worker'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const server = process.env.HELPDESK_URL ?? 'http://127.0.0.1:8000'

/* Two documents, one build: the console under /app/, the simulated phone under /phone/. */
export default defineConfig({
  base: '/app/',
  plugins: [
    vue(),
    tailwindcss(),
    vueI18n({ include: here('./src/locales/**/*.json'), strictMessage: true, dropMessageCompiler: true }),
    serviceWorker(),
  ],
  resolve: { alias: { '@': here('./src') } },
  define: {
    __VUE_OPTIONS_API__: 'false',
    __VUE_PROD_DEVTOOLS__: 'false',
    __VUE_I18N_LEGACY_API__: 'false',
    __INTLIFY_DROP_MESSAGE_COMPILER__: 'true',
    __INTLIFY_PROD_DEVTOOLS__: 'false',
  },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    manifest: true,
    rolldownOptions: { input: { app: here('./index.html'), phone: here('./phone.html') } },
  },
  server: {
    // Host stays as the browser sent it: the server compares it with the page's origin.
    proxy: Object.fromEntries(
      ['/api', '/media', '/hooks', '/ws'].map((path) => [path, { target: server, ws: path === '/ws' }]),
    ),
  },
  test: { environment: 'happy-dom', pool: 'vmThreads', include: ['src/**/*.test.ts'], setupFiles: ['src/testSetup.ts'] },
})
