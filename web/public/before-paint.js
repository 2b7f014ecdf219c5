/* Sets theme and language before the first paint, so that nothing flashes. */
;(() => {
  const kept = (name) => {
    try {
      return localStorage.getItem(name)
    } catch {
      return null
    }
  }
  const dark = matchMedia('(prefers-color-scheme: dark)').matches
  const root = document.documentElement
  root.dataset.theme = kept('helpdesk.theme') ?? (dark ? 'dark' : 'light')
  root.lang = kept('helpdesk.language') ?? (navigator.language.startsWith('id') ? 'id' : 'en')
})()
