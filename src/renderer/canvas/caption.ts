import { TASKS } from '../../shared/tasks'
import type { Editor } from '../editor/editor.svelte'
import type { LayerSource } from '../editor/types'
import type { PaneSpec } from '../editor/view.svelte'
import { drawnLayers, showsAttention } from './shown'

const SOURCE_NAMES: Readonly<Record<LayerSource, string>> = {
  photo: 'Photo',
  label: 'Label',
  prediction: 'Prediction',
  corrected: 'Corrected label',
}

export interface Caption {
  readonly task: string
  /** The topmost layer: what one looks at. */
  readonly layer: string
  /** Unit and range, where the colours have one. */
  readonly scale: string | null
  /** The topmost layer's value under the cursor. */
  readonly value: string | null
}

/** What a pane shows, in words. */
export function captionOf(editor: Editor, pane: PaneSpec): Caption {
  const task = TASKS[pane.task].label
  const query = editor.attention.selectedQuery
  if (query && showsAttention(editor, pane)) {
    const stride = editor.attention.summary?.scales[query.scale]?.stride
    const scale = stride === undefined ? `scale ${query.scale + 1}` : `1/${stride}`
    const largest = (editor.attention.map?.data ?? new Float32Array(0)).reduce((a, b) => Math.max(a, b), 0)
    return {
      task: TASKS[query.task].label,
      layer: `Attention of query ${query.query + 1}, ${scale}`,
      scale: `0–${largest.toPrecision(2)}`,
      value: null,
    }
  }
  const top = drawnLayers(editor, pane).at(-1)
  const source = top?.source ?? null
  const entry = editor.readout.find((one) => one.task === pane.task && one.source === source)
  return {
    task,
    layer: source ? SOURCE_NAMES[source] : 'Nothing visible',
    scale: source && source !== 'photo' ? scaleOf(editor, pane) : null,
    value: entry?.text ?? null,
  }
}

function scaleOf(editor: Editor, { task }: PaneSpec): string | null {
  const { kind, unit } = TASKS[task]
  if (kind === 'probability') return '0–1'
  if (kind !== 'scalar') return null
  const { min, max } = editor.depthWindow
  return `${min.toFixed(2)}–${max.toFixed(2)} ${unit ?? ''}`.trimEnd()
}
