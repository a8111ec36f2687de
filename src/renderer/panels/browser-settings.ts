import type { Settings } from '../editor/settings'

/** Settings in the browser's storage, read once; it can be missing or full, and then they live as long as the window. */
export function browserSettings(): Settings {
  const kept = new Map<string, unknown>()
  return {
    get: (key) => {
      if (!kept.has(key)) kept.set(key, read(key))
      return kept.get(key)
    },
    set: (key, value) => {
      kept.set(key, value)
      try {
        localStorage.setItem(`mq.${key}`, JSON.stringify(value))
      } catch {
        // Private windows refuse storage; nothing is lost but the memory of it.
      }
    },
  }
}

function read(key: string): unknown {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(`mq.${key}`) ?? 'null')
    return stored ?? undefined
  } catch {
    return undefined
  }
}
