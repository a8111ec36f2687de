import type { Desktop } from '../../shared/desktop'

declare global {
  interface Window {
    /** Set by the desktop shell's preload script; browsers have none. */
    mqDesktop?: Desktop
  }
}

/** The shell around this window, null in a browser. */
export function desktop(): Desktop | null {
  return window.mqDesktop ?? null
}
