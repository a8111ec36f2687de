import type { TaskId } from '../../shared/tasks'
import type { Editor } from '../editor/editor.svelte'
import type { PaneSource, PaneSpec } from '../editor/view.svelte'

/** One picture of a pane. */
export interface DrawnLayer {
  readonly task: TaskId
  readonly source: PaneSource
  readonly opacity: number
}

/** How far the photo steps back behind differences, which are colours of their own. */
const DIMMED = 0.35

/** True when the pane shows where the selected query reads. */
export function showsAttention(editor: Editor, { task }: PaneSpec): boolean {
  const query = editor.attention.selectedQuery
  if (editor.mode !== 'attention' || !query || !editor.attention.map) return false
  return editor.view.layout === 'single' || query.task === task
}

/** What a pane draws from the bottom up. A pane that shows attention draws the photo alone below it. */
export function drawnLayers(editor: Editor, pane: PaneSpec): readonly DrawnLayer[] {
  const { stack } = editor
  const { task, source } = pane
  const photo = { task, source: 'photo' as const, opacity: 1 }
  if (source === 'photo' || showsAttention(editor, pane)) return [photo]
  if (source === null) return stack.drawn(task)
  if (source === 'difference') {
    const below = { ...photo, opacity: DIMMED }
    const both = stack.get(task, 'corrected')?.available && stack.get(task, 'prediction')?.available
    return both ? [below, { task, source, opacity: 1 }] : [below]
  }
  const layer = stack.get(task, source)
  const layerBelow = stack.get(task, 'photo')
  const below = layerBelow?.visible ? [layerBelow] : []
  return layer?.available ? [...below, layer] : below
}
