import type { Settings } from './settings'
import { THEMES, type Theme } from './types'

const SETTING = 'theme'

/** How the window looks; remembered. */
export class Appearance {
  #theme: Theme = $state('system')

  constructor(private readonly settings: Settings) {
    const kept = settings.get(SETTING)
    this.#theme = THEMES.find((theme) => theme === kept) ?? 'system'
  }

  get theme(): Theme {
    return this.#theme
  }
  set theme(theme: Theme) {
    this.#theme = theme
    this.settings.set(SETTING, theme)
  }
}
