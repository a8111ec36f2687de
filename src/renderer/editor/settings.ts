import type { ByteStore } from '../api/spill-store'

/** Where choices that outlive the window are kept. Storage may be missing or full; reading then gives what was set last. */
export interface Settings {
  /** Outside data: whoever reads it checks it. Undefined when nothing was kept. */
  get(key: string): unknown
  set(key: string, value: unknown): void
}

/** Settings that live as long as the window. */
function memorySettings(): Settings {
  const kept = new Map<string, unknown>()
  return { get: (key) => kept.get(key), set: (key, value) => void kept.set(key, value) }
}

/** What the window gives the editor besides the engine. */
export interface EditorPlatform {
  readonly settings: Settings
  /** Where old steps of undo go; null where undo lives in memory alone. */
  readonly spill: ByteStore | null
}

/** Nothing that outlives the window. */
export function memoryPlatform(): EditorPlatform {
  return { settings: memorySettings(), spill: null }
}
