/** What a keyboard event says of itself. */
export interface KeyPress {
  readonly key: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly shiftKey: boolean
  readonly altKey: boolean
}

/** The combination of an event as the command table spells it. */
export function combinationOf(event: KeyPress): string {
  const key = event.key.toLowerCase()
  // Shift already decided which sign a key gives ("?"); for letters and named keys it is a modifier.
  const shift = event.shiftKey && (key.length > 1 || /[a-z]/.test(key))
  return [event.ctrlKey || event.metaKey ? 'ctrl' : '', shift ? 'shift' : '', event.altKey ? 'alt' : '', key]
    .filter((part) => part !== '')
    .join('+')
}
