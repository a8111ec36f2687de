import { getContext, setContext } from 'svelte'

const KEY = Symbol('tabbed')

/** Says that panels below stand in a tab of their own, which names them already. Call during component initialisation. */
export function setTabbed(tabbed: () => boolean): void {
  setContext(KEY, tabbed)
}

/** True for a panel in a tab: it needs neither a title nor a way to close it. */
export function isTabbed(): boolean {
  return getContext<(() => boolean) | undefined>(KEY)?.() ?? false
}
