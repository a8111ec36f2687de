import { commandById } from '../editor/commands'

const NAMES: Readonly<Record<string, string>> = Object.freeze({
  ctrl: 'Ctrl',
  shift: 'Shift',
  alt: 'Alt',
  escape: 'Esc',
  tab: 'Tab',
  arrowleft: '←',
  arrowright: '→',
  arrowup: '↑',
  arrowdown: '↓',
})

/** A combination of the command table (`ctrl+shift+z`) as it is printed on keys (`Ctrl+Shift+Z`). */
export function printKeys(combination: string): string {
  return combination
    .split(/\+(?=.)/)
    .map((key) => NAMES[key] ?? key.toUpperCase())
    .join('+')
}

/** The first combination of a command, printed; null when it has none. */
export function keysOf(commandId: string): string | null {
  const first = commandById(commandId)?.keys[0]
  return first === undefined ? null : printKeys(first)
}
