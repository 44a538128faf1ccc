import type { Language } from './i18n'
import { door } from './door'

/** What this browser remembers: the language and the theme that were chosen. A host may forbid it; then nothing is kept. */
const read = (key: string): string | null => { try { return localStorage.getItem(key) } catch { return null } }
const write = (key: string, value: string | null): void => {
  try { if (value === null) localStorage.removeItem(key); else localStorage.setItem(key, value) } catch { /* Not kept, then. */ }
}

export const chosenLanguage = (): Language => {
  const asked = read('sc.language') ?? new URLSearchParams(location.search).get('locale') ?? navigator.language
  return asked.toLowerCase().startsWith('ar') ? 'ar' : 'en'
}
export const keepLanguage = (language: Language) => write('sc.language', language)

export type Theme = 'light' | 'dark' | 'system'
export const chosenTheme = (): Theme => (read('sc.theme') as Theme | null) ?? (door === 'alone' ? 'system' : 'light')
export function wear(theme: Theme): void {
  const root = document.documentElement
  root.dataset.door = door
  if (theme === 'system') {
    delete root.dataset.theme
    // Inside a host the page is as light as its host, whatever the system says: then the system is asked here.
    if (door !== 'alone' && matchMedia('(prefers-color-scheme: dark)').matches) root.dataset.theme = 'dark'
  } else root.dataset.theme = theme
}
export const keepTheme = (theme: Theme) => { write('sc.theme', theme); wear(theme) }
