import { combinationOf } from '../editor/combination'
import type { Editor } from '../editor/editor.svelte'

/** Commands that make sense while a dialog is open. */
const IN_DIALOG = new Set(['edit.cancel', 'help', 'palette.open'])
/** Keys that widgets need for themselves when they have the focus. */
const WIDGET_KEYS = new Set(['arrowleft', 'arrowright', 'arrowup', 'arrowdown', 'escape'])

/** Handles every key in one place: commands, and Space to pan while it is held. Returns the disposer. */
export function installShortcuts(editor: Editor): () => void {
  const listeners = new AbortController()
  const { signal } = listeners

  const down = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing || isTyping(event.target)) return
    if (event.key === ' ' && !isWidget(event.target) && editor.dialog === null) {
      editor.view.spaceHeld = true
      event.preventDefault()
      return
    }
    const combination = combinationOf(event)
    if (WIDGET_KEYS.has(combination) && isWidget(event.target)) return
    const command = [
      editor.keymap.commandAt(combination, editor.mode),
      editor.keymap.commandAt(combination),
    ].find((candidate) => candidate?.enabled(editor))
    if (!command || (editor.dialog !== null && !IN_DIALOG.has(command.id))) return
    // A running key repeat would step through tools and samples faster than anyone can see.
    if (event.repeat && !REPEATING.has(command.id)) return
    if (editor.run(command.id) && command.id !== 'edit.cancel') event.preventDefault()
  }
  const up = (event: KeyboardEvent): void => {
    if (event.key === ' ') editor.view.spaceHeld = false
  }
  const blur = (): void => {
    editor.painter.cancel()
    editor.view.spaceHeld = false
  }
  const hidden = (): void => {
    if (document.hidden) editor.sync.flush()
  }
  const leaving = (event: BeforeUnloadEvent): void => {
    editor.sync.flush()
    if (editor.sync.unsaved) event.preventDefault()
  }

  window.addEventListener('keydown', down, { signal })
  window.addEventListener('keyup', up, { signal })
  window.addEventListener('blur', blur, { signal })
  document.addEventListener('visibilitychange', hidden, { signal })
  window.addEventListener('beforeunload', leaving, { signal })
  return () => listeners.abort()
}

const REPEATING = new Set([
  'brush.smaller',
  'brush.larger',
  'edit.undo',
  'edit.redo',
  'lab.undo',
  'lab.redo',
  'sample.next',
  'sample.previous',
  'view.zoom-in',
  'view.zoom-out',
  ...['left', 'right', 'up', 'down'].flatMap((way) => [`lab.pin-${way}`, `lab.pin-far-${way}`]),
])

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target instanceof HTMLTextAreaElement ||
      target instanceof HTMLSelectElement ||
      (target instanceof HTMLInputElement && !['checkbox', 'button', 'radio', 'range'].includes(target.type)))
  )
}

/** Something other than the page or a canvas has the focus. */
function isWidget(target: EventTarget | null): boolean {
  return target instanceof Element && target !== document.body && target.closest('[data-canvas]') === null
}
