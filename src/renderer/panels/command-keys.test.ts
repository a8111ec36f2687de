import { describe, expect, it } from 'vitest'
import { TestEditor } from '../editor/test-editor'
import { keysOf, printKeys } from './command-keys'

describe('printed keys', () => {
  it('are the caps of a keyboard', () => {
    expect(printKeys('ctrl+shift+z')).toBe('Ctrl+Shift+Z')
    expect(printKeys('arrowleft')).toBe('←')
    expect(printKeys('+')).toBe('+')
    expect(printKeys('ctrl++')).toBe('Ctrl++')
    expect(printKeys('f1')).toBe('F1')
  })

  it('are those that the user has', async () => {
    const editor = await TestEditor.open()
    expect(keysOf(editor, 'edit.undo')).toBe('Ctrl+Z')
    editor.keymap.assign('edit.undo', 'ctrl+u')
    expect(keysOf(editor, 'edit.undo')).toBe('Ctrl+U')
    expect(keysOf(editor, 'no.such.command')).toBeNull()
  })
})
