/* Prints what an agent's first page, the list, loads of script and style, gzipped, and what comes with
   the first open conversation; fails where the first is past the limit. */
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const LIMIT_KB = 150
const ENTRIES = [
  'index.html',
  'src/pages/AppShell.vue',
  'src/inbox/InboxPage.vue',
  'src/locales/en/common.json',
  'src/locales/en/inbox.json',
]
const LATER = ['src/inbox/OpenThread.vue', 'src/inbox/contact/ContactPane.vue']

const dist = new URL(process.argv[2] ?? '../dist/', import.meta.url)
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'))
const files = new Set()

function collect(name) {
  const chunk = manifest[name]
  if (!chunk) throw new Error(`${name} is not in the build: the list in this script is out of date`)
  if (files.has(chunk.file)) return
  files.add(chunk.file)
  for (const style of chunk.css ?? []) files.add(style)
  for (const imported of chunk.imports ?? []) collect(imported)
}

const size = (file) => gzipSync(readFileSync(new URL(file, dist))).length / 1024
const sum = () => [...files].reduce((total, file) => total + size(file), 0)

ENTRIES.forEach(collect)
for (const file of [...files].sort((one, other) => size(other) - size(one))) {
  console.log(`${size(file).toFixed(1).padStart(7)} KB  ${file}`)
}
const first = sum()
LATER.forEach(collect)
console.log(`${(sum() - first).toFixed(1).padStart(7)} KB  more with the first open conversation`)
console.log(`${first.toFixed(1).padStart(7)} KB  first load of the agent's page, limit ${LIMIT_KB} KB`)
process.exit(first > LIMIT_KB ? 1 : 0)
