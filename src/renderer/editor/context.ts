import { getContext, setContext } from 'svelte'
import { AppError } from '../../shared/errors'
import type { Editor } from './editor.svelte'

const KEY = Symbol('editor')

/** Hands the window's editor to every component below. Call during component initialisation. */
export function setEditor(editor: Editor): Editor {
  return setContext(KEY, editor)
}

/** The window's editor. Throws `internal` outside a component below `setEditor`. */
export function getEditor(): Editor {
  const editor = getContext<Editor | undefined>(KEY)
  if (!editor) throw new AppError('internal', 'getEditor was called outside the editor context')
  return editor
}
