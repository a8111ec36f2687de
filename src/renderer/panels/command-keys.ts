import type { Editor } from '../editor/editor.svelte'

const NAMES: Readonly<Record<string, string>> = Object.freeze({
  ctrl: 'Ctrl',
  shift: 'Shift',
  alt: 'Alt',
  escape: 'Esc',
  tab: 'Tab',
  enter: 'Enter',
  backspace: 'Backspace',
  delete: 'Delete',
  home: 'Home',
  end: 'End',
  pageup: 'PgUp',
  pagedown: 'PgDn',
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

/** The first combination of a command as the user has it, printed; null when it has none. */
export function keysOf(editor: Editor, commandId: string): string | null {
  const first = editor.keymap.keysOf(commandId)[0]
  return first === undefined ? null : printKeys(first)
}
