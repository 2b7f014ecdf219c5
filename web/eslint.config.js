/* Style, and the floors of the console: calls go down only. */
import vueI18n from '@intlify/eslint-plugin-vue-i18n'
import boundaries from 'eslint-plugin-boundaries'
import vue from 'eslint-plugin-vue'
import ts from 'typescript-eslint'

const floors = {
  start: ['start', 'pages', 'inbox', 'supervise', 'contact', 'stores', 'live', 'ui', 'lib', 'api', 'locales'],
  pages: ['pages', 'stores', 'live', 'ui', 'lib', 'api'],
  inbox: ['inbox', 'contact', 'stores', 'live', 'ui', 'lib', 'api', 'locales'],
  supervise: ['supervise', 'contact', 'stores', 'live', 'ui', 'lib', 'api'],
  contact: ['contact', 'stores', 'live', 'ui', 'lib', 'api', 'locales'],
  phone: ['phone', 'ui', 'lib', 'api', 'locales', 'stores'],
  stores: ['stores', 'live', 'lib', 'api', 'locales'],
  live: ['live', 'api'],
  ui: ['ui', 'lib', 'api', 'stores'],
  locales: [],
  lib: ['lib'],
  api: ['api'],
}

export default ts.config(
  { ignores: ['dist', 'node_modules', 'src/api/schema.d.ts', 'public', 'scripts/worker.js'] },
  ...ts.configs.strict,
  ...vue.configs['flat/recommended'],
  ...vueI18n.configs['flat/recommended'],
  { files: ['**/*.vue'], languageOptions: { parserOptions: { parser: ts.parser } } },
  {
    plugins: { boundaries },
    settings: {
      'boundaries/elements': [
        { type: 'start', pattern: 'src/*.{ts,vue}', mode: 'full' },
        ...Object.keys(floors)
          .filter((floor) => floor !== 'start')
          .map((floor) => ({ type: floor, pattern: `src/${floor}` })),
      ],
      'import/resolver': { typescript: { project: './tsconfig.json' } },
      'vue-i18n': { localeDir: { pattern: './src/locales/*/*.json', localePattern: /^.*\/(?<locale>[a-z]{2})\/[a-z]+\.json$/, localeKey: 'path' }, messageSyntaxVersion: '^11.0.0' },
    },
    rules: {

      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { varsIgnorePattern: '^_', argsIgnorePattern: '^_' }],
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/html-self-closing': 'off',
      'vue/require-default-prop': 'off',
      'vue/no-v-html': 'error',
      'vue/no-static-inline-styles': 'error',
      '@intlify/vue-i18n/no-raw-text': ['error', { ignoreNodes: ['kbd'], ignorePattern: '^[\\s·•/@…:,.()+#%|-]*$', attributes: { '/.+/': ['title', 'aria-label', 'placeholder', 'label', 'help', 'alt'] } }],
      '@intlify/vue-i18n/no-dynamic-keys': 'off',
      '@intlify/vue-i18n/no-missing-keys-in-other-locales': 'error',
    },
  },
  {
    files: ['src/**/*.{ts,vue}'],
    rules: {
      'max-lines': ['error', { max: 300, skipBlankLines: true }],
      'boundaries/dependencies': [
        'error',
        {
          default: 'disallow',
          rules: Object.entries(floors).map(([from, to]) => ({ from: { type: from }, allow: { to: { type: to.length ? to : ['locales'] } } })),
        },
      ],
    },
  },
  { files: ['**/*.test.ts'], rules: { 'boundaries/dependencies': 'off' } },
)
