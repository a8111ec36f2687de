/**
 * A value of the interface (a panel's width, whether a section is open) that survives a restart of this browser or window.
 * Storage can be missing or full; the value then lives as long as the window.
 */
export function remembered<T extends string | number | boolean>(key: string, initial: T): { value: T } {
  let value = $state(read(key, initial))
  return {
    get value() {
      return value
    },
    set value(next) {
      value = next
      try {
        localStorage.setItem(`mq.${key}`, JSON.stringify(next))
      } catch {
        // Private windows refuse storage; nothing is lost but the memory of it.
      }
    },
  }
}

function read<T extends string | number | boolean>(key: string, initial: T): T {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(`mq.${key}`) ?? 'null')
    return isLike(stored, initial) ? stored : initial
  } catch {
    return initial
  }
}

function isLike<T>(stored: unknown, initial: T): stored is T {
  return typeof stored === typeof initial
}
