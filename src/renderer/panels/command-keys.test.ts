import { describe, expect, it } from 'vitest'
import { COMMANDS } from '../editor/commands'
import { keysOf, printKeys } from './command-keys'

describe('printed keys', () => {
  it('are the caps of a keyboard', () => {
    expect(printKeys('ctrl+shift+z')).toBe('Ctrl+Shift+Z')
    expect(printKeys('arrowleft')).toBe('←')
    expect(printKeys('+')).toBe('+')
    expect(printKeys('ctrl++')).toBe('Ctrl++')
    expect(printKeys('f1')).toBe('F1')
  })

  it('come from the command table', () => {
    for (const command of COMMANDS)
      expect(keysOf(command.id)).toBe(command.keys[0] === undefined ? null : printKeys(command.keys[0]))
    expect(keysOf('no.such.command')).toBeNull()
  })
})
