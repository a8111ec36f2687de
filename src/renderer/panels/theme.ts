import type { Theme } from '../editor/types'

export const THEME_CHOICES: readonly { value: Theme; text: string; hint: string }[] = [
  { value: 'system', text: 'System', hint: 'As the system is set' },
  { value: 'dark', text: 'Dark', hint: 'Dark: colours of the data stand out most' },
  { value: 'light', text: 'Light', hint: 'Light: for bright rooms and figures' },
]

/** Puts the theme on the page and follows the system where it is asked to. Call in an effect; returns the disposer. */
export function applyTheme(theme: Theme): () => void {
  const system = window.matchMedia('(prefers-color-scheme: light)')
  const apply = (): void => {
    const light = theme === 'light' || (theme === 'system' && system.matches)
    document.documentElement.dataset.theme = light ? 'light' : 'dark'
  }
  apply()
  system.addEventListener('change', apply)
  return () => system.removeEventListener('change', apply)
}
