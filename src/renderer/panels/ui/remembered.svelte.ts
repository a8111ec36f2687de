type Storable = string | number | boolean

/**
 * A value of the interface (a panel's width, whether a section is open) that survives a restart of this browser or window.
 * Storage can be missing or full; the value then lives as long as the window.
 */
export function remembered(key: string, initial: string): { value: string }
export function remembered(key: string, initial: number): { value: number }
export function remembered(key: string, initial: boolean): { value: boolean }
export function remembered(key: string, initial: Storable): { value: Storable } {
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

function read(key: string, initial: Storable): Storable {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(`mq.${key}`) ?? 'null')
    return isStorable(stored) && typeof stored === typeof initial ? stored : initial
  } catch {
    return initial
  }
}

function isStorable(stored: unknown): stored is Storable {
  return ['string', 'number', 'boolean'].includes(typeof stored)
}
