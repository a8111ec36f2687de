import { defineCommand, type Command } from './command'

/** History and the gesture in progress. Labels are not changed in Attention mode, so nothing of theirs is undone there. */
export const EDIT_COMMANDS: readonly Command[] = [
  defineCommand({
    id: 'edit.undo',
    label: 'Undo',
    group: 'Edit',
    keys: ['ctrl+z'],
    enabled: (editor) => editor.mode !== 'attention' && editor.history.canUndo,
    run: (editor) => editor.history.undo(),
  }),
  defineCommand({
    id: 'edit.redo',
    label: 'Redo',
    group: 'Edit',
    keys: ['ctrl+shift+z', 'ctrl+y'],
    enabled: (editor) => editor.mode !== 'attention' && editor.history.canRedo,
    run: (editor) => editor.history.redo(),
  }),
  defineCommand({
    id: 'edit.cancel',
    label: 'Cancel the stroke, close a panel',
    group: 'Edit',
    keys: ['escape'],
    run: (editor) => editor.cancel(),
  }),
  defineCommand({
    id: 'edit.finish',
    label: 'Finish the shape, keep the preview',
    group: 'Edit',
    keys: ['enter'],
    enabled: (editor) => editor.painter.painting,
    run: (editor) => editor.painter.finish(),
  }),
  defineCommand({
    id: 'edit.back',
    label: 'Take the last point back',
    group: 'Edit',
    keys: ['backspace'],
    enabled: (editor) => editor.painter.clicking,
    run: (editor) => editor.painter.back(),
  }),
]
