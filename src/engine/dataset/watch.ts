import { watch, type FSWatcher } from 'node:fs'

/** Quiet time after the last change before it is told: programs write a file in several steps. */
const QUIET_MS = 300
/** Changed names that are told one by one; more are a change of the folder. */
const MOST_NAMES = 500

/** `folder` is one of those watched, `name` a file in it. */
export interface FileChange {
  readonly folder: string
  readonly name: string
}

/**
 * Tells of files that are written, added or removed in folders below the root, a burst at a time; null = too many to
 * name. Folders that do not exist or cannot be watched (network drives) are left out. Returns the disposer.
 */
export function watchFolders(
  root: string,
  folders: readonly string[],
  changed: (changes: readonly FileChange[] | null) => void,
): () => void {
  let waiting = new Map<string, FileChange>()
  let tooMany = false
  let timer: NodeJS.Timeout | null = null
  const tell = (): void => {
    const changes = tooMany ? null : [...waiting.values()]
    waiting = new Map()
    tooMany = false
    timer = null
    changed(changes)
  }
  const note = (folder: string, name: string): void => {
    if (name.startsWith('.') || name.endsWith('.tmp')) return
    if (waiting.size < MOST_NAMES) waiting.set(`${folder}/${name}`, { folder, name })
    else tooMany = true
    if (timer) clearTimeout(timer)
    timer = setTimeout(tell, QUIET_MS).unref()
  }
  const watchers = folders.flatMap((folder): FSWatcher[] => {
    try {
      const watcher = watch(folder === '' ? root : `${root}/${folder}`, { persistent: false })
      watcher.on('change', (_kind, name) => note(folder, String(name)))
      watcher.on('error', () => watcher.close())
      return [watcher]
    } catch {
      return []
    }
  })
  return () => {
    if (timer) clearTimeout(timer)
    for (const watcher of watchers) watcher.close()
  }
}
