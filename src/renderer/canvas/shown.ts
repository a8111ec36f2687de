import type { Editor } from '../editor/editor.svelte'
import type { LayerState } from '../editor/types'
import type { PaneSpec } from '../editor/view.svelte'

/** True when the pane shows where the selected query reads. */
export function showsAttention(editor: Editor, { task }: PaneSpec): boolean {
  const query = editor.attention.selectedQuery
  if (editor.mode !== 'attention' || !query || !editor.attention.map) return false
  return editor.view.layout === 'single' || query.task === task
}

/** The layers a pane draws from the bottom up. A pane that shows attention draws the photo alone below it. */
export function drawnLayers(editor: Editor, pane: PaneSpec): readonly LayerState[] {
  const { stack } = editor
  const photo = stack.get(pane.task, 'photo')
  if (showsAttention(editor, pane)) return photo ? [{ ...photo, opacity: 1 }] : []
  if (pane.source === null) return stack.drawn(pane.task)
  const layer = stack.get(pane.task, pane.source)
  const below = photo?.visible ? [photo] : []
  return layer?.available ? [...below, layer] : below
}
