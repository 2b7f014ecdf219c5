/* Writes the service worker: scripts/worker.js behind the build's id, the files that it keeps, and its words. */
import { readFileSync } from 'node:fs'
import type { Plugin, Rolldown } from 'vite'

const BASE = '/app/'
/** Beside the assets: the page itself, and what it names without a digest. */
const PLAIN = ['index.html', 'before-paint.js', 'icon.svg', 'icon-192.png', 'badge-96.png']
/** Kept once they were opened, for agents never load them: the pages of supervisors, and the simulated phone's words. */
const ON_DEMAND = /\/src\/supervisorPages\.ts$|\/locales\/[a-z]+\/(supervise|phone)\.json$/
const FONT = /-latin-(opsz|wght)-normal-.*\.woff2$/

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')

/** What a push says in both languages: the kinds of messages as the inbox names them, and words of its own. */
function words(): Record<string, Record<string, string>> {
  const of = (language: string) => {
    const part = (name: string) => JSON.parse(read(`../src/locales/${language}/${name}.json`))
    return { ...part('inbox').thread.kinds, ...part('push') }
  }
  return { en: of('en'), id: of('id') }
}

/** The files of the console, from its entry on: what an agent's pages may load at any time. */
function filesOf(bundle: Rolldown.OutputBundle): string[] {
  const found = new Set<string>()
  function collect(name: string): void {
    const chunk = bundle[name]
    if (chunk?.type !== 'chunk' || found.has(name) || ON_DEMAND.test(chunk.facadeModuleId ?? '')) return
    found.add(name)
    for (const style of chunk.viteMetadata?.importedCss ?? []) found.add(style)
    for (const next of [...chunk.imports, ...chunk.dynamicImports]) collect(next)
  }
  const entry = Object.values(bundle).find((each) => each.type === 'chunk' && each.isEntry && each.name === 'app')
  if (!entry) throw new Error('The console has no entry.')
  collect(entry.fileName)
  for (const name of Object.keys(bundle)) if (FONT.test(name)) found.add(name)
  return [...found].sort()
}

const write = (build: string, files: string[]): string =>
  `const BUILD = ${JSON.stringify(build)}\nconst FILES = ${JSON.stringify(files)}\nconst WORDS = ${JSON.stringify(words())}\n${read('./worker.js')}`

export function serviceWorker(): Plugin {
  return {
    name: 'service-worker',
    configureServer(server) {
      server.middlewares.use(`${BASE}sw.js`, (_request, answer) => {
        answer.setHeader('Content-Type', 'text/javascript')
        answer.end(write('dev', []))
      })
    },
    generateBundle: {
      order: 'post',
      async handler(_options, bundle) {
        const files = filesOf(bundle)
        const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(files.join()))
        const build = Buffer.from(digest).toString('hex').slice(0, 12)
        const paths = [...PLAIN, ...files].map((name) => BASE + name)
        this.emitFile({ type: 'asset', fileName: 'sw.js', source: write(build, paths) })
      },
    },
  }
}
