import { DIFFERENCE_RANGE, differenceAt } from '../../shared/difference'
import { assertNever } from '../../shared/errors'
import type { MapKind } from '../../shared/maps'
import { TASKS, type TaskId } from '../../shared/tasks'
import type { Editor } from '../editor/editor.svelte'
import type { LayerSource } from '../editor/types'
import type { PaneSpec } from '../editor/view.svelte'
import { formatValue, valueAt } from '../editor/values'
import { drawnLayers, showsAttention } from './shown'

/** The words for a layer in captions of panes. */
export const SOURCE_WORDS: Readonly<Record<LayerSource, string>> = {
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
  const [left, right] = pane.pair
  if (pane.source === 'swipe') {
    const scale = left === 'photo' && right === 'photo' ? null : scaleOf(editor, pane)
    return { task, layer: `${SOURCE_WORDS[left]} | ${SOURCE_WORDS[right]}`, scale, value: null }
  }
  const top = drawnLayers(editor, pane).at(-1)?.picture
  const source = top?.kind === 'map' ? top.source : top ? 'photo' : null
  if (pane.source === 'difference')
    return {
      task,
      layer: `${SOURCE_WORDS[right]} against ${SOURCE_WORDS[left].toLowerCase()}`,
      scale: DIFFERENCE_SCALES[TASKS[pane.task].kind],
      value: differenceText(editor, pane),
    }
  return {
    task,
    layer: source ? SOURCE_WORDS[source] : 'Nothing visible',
    scale: source && source !== 'photo' ? scaleOf(editor, pane) : null,
    value: valueText(editor, pane.task, source),
  }
}

/** The value under the cursor of one map that is loaded. */
function valueText(
  { cursor, workspace, tasks }: Editor,
  id: TaskId,
  source: LayerSource | null,
): string | null {
  const task = tasks.find((one) => one.id === id)
  const map = source && source !== 'photo' ? workspace.map(id, source) : undefined
  if (!task || !map || !cursor) return null
  if (cursor.x < 0 || cursor.y < 0 || cursor.x >= map.width || cursor.y >= map.height) return null
  return formatValue(task, valueAt(map, cursor.x, cursor.y))
}

const DIFFERENCE_SCALES: Readonly<Record<MapKind, string>> = {
  class: 'coloured where it differs',
  scalar: `−${DIFFERENCE_RANGE.scalar} m nearer, +${DIFFERENCE_RANGE.scalar} m farther`,
  vector: `0° to ${DIFFERENCE_RANGE.vector}°`,
  probability: '−1 missed, +1 invented',
}

/** The difference under the cursor; for classes both names. */
function differenceText({ cursor, workspace }: Editor, { task, pair }: PaneSpec): string | null {
  const [label, found] = pair.map((source) => (source === 'photo' ? undefined : workspace.map(task, source)))
  if (!cursor || !label || !found) return null
  if (cursor.x < 0 || cursor.y < 0 || cursor.x >= label.width || cursor.y >= label.height) return null
  const value = differenceAt(label, found, cursor.x, cursor.y)
  if (value === null) return 'unknown'
  const { kind, unit } = TASKS[task]
  switch (kind) {
    case 'class':
      return value === 0 ? 'same' : 'differs'
    case 'vector':
      return `${value.toFixed(0)}°`
    case 'scalar':
    case 'probability':
      return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)} ${unit ?? ''}`.trimEnd()
    default:
      return assertNever(kind)
  }
}

function scaleOf(editor: Editor, { task }: PaneSpec): string | null {
  const { kind, unit } = TASKS[task]
  if (kind === 'probability') return '0–1'
  if (kind !== 'scalar') return null
  const { min, max } = editor.legend.depthWindow
  return `${min.toFixed(2)}–${max.toFixed(2)} ${unit ?? ''}`.trimEnd()
}
