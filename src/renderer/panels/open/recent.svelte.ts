import { remembered } from '../ui/remembered.svelte'

const MOST = 6

/** The folders opened last in this window's profile, newest first. */
export function recentFolders(what: 'dataset' | 'model'): {
  readonly paths: readonly string[]
  add(path: string): void
} {
  const stored = remembered(`recent.${what}`, '')
  return {
    get paths() {
      return stored.value.split('\n').filter((path) => path !== '')
    },
    add(path) {
      stored.value = [path, ...this.paths.filter((other) => other !== path)].slice(0, MOST).join('\n')
    },
  }
}
