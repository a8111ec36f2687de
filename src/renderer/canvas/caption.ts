import { DIFFERENCE_RANGE, differenceAt } from '../../shared/difference'
import { assertNever } from '../../shared/errors'
import { TASKS, type TaskId } from '../../shared/tasks'
import type { Editor } from '../editor/editor.svelte'
import { endWords } from '../editor/lab/colour-end'
import type { MapSource } from '../editor/types'
import type { PaneSpec } from '../editor/view.svelte'
import { formatValue, valueAt } from '../editor/values'
import { drawnLayers, hasHeat, type PictureSpec } from './shown'

/** The words for a layer in captions of panes. */
export const SOURCE_WORDS: Readonly<Record<'photo' | MapSource, string>> = {
  photo: 'Photo',
  label: 'Label',
  prediction: 'Prediction',
  corrected: 'Corrected label',
  intervened: 'Prediction under interventions',
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
  const attention = hasHeat(editor, pane) ? attentionCaption(editor, pane) : null
  if (attention) {
    // An end that all panes share stands in the legend.
    const own = editor.view.layout !== 'single' && editor.lab.view === 'sources' && editor.lab.heat.apart
    const end = own ? editor.lab.heat.ends.shown?.shown.get(pane.task) : undefined
    return { task, scale: end === undefined ? null : `0 to ${endWords(end)}`, value: null, ...attention }
  }
  const [left, right] = pane.pair
  if (pane.source === 'swipe') {
    const scale = left === 'photo' && right === 'photo' ? null : scaleOf(editor, pane)
    return { task, layer: `${SOURCE_WORDS[left]} | ${SOURCE_WORDS[right]}`, scale, value: null }
  }
  const top = drawnLayers(editor, pane).at(-1)?.picture
  const source = top?.kind === 'map' ? top.source : top ? 'photo' : null
  const difference = differenceOf(pane, top)
  if (difference) {
    const [reference, found] = difference.pair
    return {
      task,
      layer:
        found === 'intervened'
          ? 'Change'
          : `${SOURCE_WORDS[found]} against ${SOURCE_WORDS[reference].toLowerCase()}`,
      scale: differenceScale(difference),
      value: differenceText(editor, difference),
    }
  }
  const isChange = editor.mode === 'attention' && editor.lab.view === 'difference'
  if (isChange && source === 'photo') return { task, layer: unchangedWords(editor), scale: null, value: null }
  const plain = isChange && source === 'prediction' ? ', no interventions' : ''
  return {
    task,
    layer: source ? SOURCE_WORDS[source] + plain : 'Nothing visible',
    scale: source && source !== 'photo' ? scaleOf(editor, pane) : null,
    value: valueText(editor, pane.task, source),
  }
}

/** What the attention over a pane is. */
function attentionCaption(
  { lab, view }: Editor,
  { task }: PaneSpec,
): { task?: string; layer: string } | null {
  if (lab.view === 'query') {
    const query = lab.queries.look.shown?.request
    if (!query) return null
    const stride = lab.model?.scales[query.scale]?.stride ?? '?'
    const does = lab.queries.side === 'read' ? 'reads' : 'writes'
    return { task: TASKS[query.task].label, layer: `where query ${query.query + 1} at 1/${stride} ${does}` }
  }
  const source = view.layout === 'single' ? lab.source : task
  const share = lab.shareOf(source)
  const words = share === null ? '' : `${Math.round(share * 100)} % of the pixel`
  return { task: source === null ? 'All tasks' : TASKS[source].label, layer: words }
}

/** The value under the cursor of one map that is loaded. */
function valueText(
  { view, workspace, tasks }: Editor,
  id: TaskId,
  source: 'photo' | MapSource | null,
): string | null {
  const cursor = view.readAt.shown
  const task = tasks.find((one) => one.id === id)
  const map = source && source !== 'photo' ? workspace.map(id, source) : undefined
  if (!task || !map || !cursor) return null
  if (cursor.x < 0 || cursor.y < 0 || cursor.x >= map.width || cursor.y >= map.height) return null
  return formatValue(task, valueAt(map, cursor.x, cursor.y))
}

type Difference = Extract<PictureSpec, { kind: 'difference' }>

/** Why the lab has no change to show in a pane. */
function unchangedWords({ lab }: Editor): string {
  if (lab.intervened.question.busy) return 'Predicting under the interventions…'
  return lab.intervened.answer ? 'Not changed by the interventions' : 'No prediction under the interventions'
}

/** What a pane compares, also before both maps are here. */
function differenceOf({ task, source, pair }: PaneSpec, top: PictureSpec | undefined): Difference | null {
  if (top?.kind === 'difference') return top
  if (source !== 'difference') return null
  return { kind: 'difference', task, pair, range: DIFFERENCE_RANGE[TASKS[task].kind] }
}

/** The ends of the colours of a difference. */
function differenceScale({ task, pair, range }: Difference): string {
  const { kind } = TASKS[task]
  switch (kind) {
    case 'class':
      return 'where it differs'
    case 'scalar':
      return `−${range} m nearer, +${range} m farther`
    case 'vector':
      return `0° to ${range}°`
    case 'probability':
      // Against a label a difference is a fault; between two predictions it is a change.
      return pair[0] === 'prediction' ? `−${range} less, +${range} more` : '−1 missed, +1 invented'
    default:
      return assertNever(kind)
  }
}

/** The difference under the cursor; for classes both names. */
function differenceText({ view, workspace }: Editor, { task, pair }: Difference): string | null {
  const [label, found] = pair.map((source) => (source === 'photo' ? undefined : workspace.map(task, source)))
  const cursor = view.readAt.shown
  if (!cursor || !label || !found) return null
  if (cursor.x < 0 || cursor.y < 0 || cursor.x >= label.width || cursor.y >= label.height) return null
  const value = differenceAt(label, found, cursor.x, cursor.y)
  if (value === null) return 'unknown'
  const { kind, unit } = TASKS[task]
  switch (kind) {
    case 'class':
      return value === 0 ? 'same' : 'differs'
    case 'vector':
      return `${value.toFixed(value < 10 ? 1 : 0)}°`
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
