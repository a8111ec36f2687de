import { DIFFERENCE_RANGE } from '../../shared/difference'
import { TASKS, type TaskId } from '../../shared/tasks'
import type { Editor } from '../editor/editor.svelte'
import type { HeatMap } from '../editor/lab/heat.svelte'
import type { BlendMode, LayerState, MapSource } from '../editor/types'
import type { PaneSpec } from '../editor/view.svelte'

/** What one picture is made of. */
export type PictureSpec =
  | { readonly kind: 'photo' }
  | {
      readonly kind: 'map'
      readonly task: TaskId
      readonly source: MapSource
      readonly outlined: boolean
    }
  | {
      readonly kind: 'difference'
      readonly task: TaskId
      readonly pair: readonly ['photo' | MapSource, 'photo' | MapSource]
      /** Where the colour scale ends, in the unit of the difference. */
      readonly range: number
    }

/** One picture of a pane. */
export interface DrawnLayer {
  readonly picture: PictureSpec
  readonly opacity: number
  readonly blend: BlendMode
  /** The side of a wipe it is drawn on; null = everywhere. */
  readonly side: 'left' | 'right' | null
}

/** How far the photo steps back behind differences, which are colours of their own. */
const DIMMED = 0.35
/** Dark enough for small shares of attention to be seen on a bright photo. */
const BEHIND_HEAT = 0.6

/** The attention that lies over a pane; null when there is none. */
export function heatOf(editor: Editor, { task }: PaneSpec): HeatMap | null {
  if (editor.mode !== 'attention') return null
  const { heat } = editor.lab
  return editor.view.layout === 'single' ? heat.single : (heat.shown.get(task) ?? null)
}

/** True where a pane has attention over it; does not change with the attention. */
export function hasHeat({ mode, lab, view }: Editor, { task }: PaneSpec): boolean {
  return mode === 'attention' && lab.heat.covers(task, view.layout)
}

/** What a pane draws from the bottom up; a prediction under interventions takes the place of the plain one. */
export function drawnLayers(editor: Editor, pane: PaneSpec): readonly DrawnLayer[] {
  const { ranges } = editor.lab.intervened
  return plainLayers(editor, pane).map((layer) => (ranges.size > 0 ? withCuts(layer, ranges) : layer))
}

function withCuts(layer: DrawnLayer, ranges: ReadonlyMap<TaskId, number>): DrawnLayer {
  const { picture } = layer
  if (picture.kind === 'photo' || !ranges.has(picture.task)) return layer
  if (picture.kind === 'map')
    return picture.source === 'prediction'
      ? { ...layer, picture: { ...picture, source: 'intervened' } }
      : layer
  if (picture.pair.includes('intervened')) return layer
  const [left, right] = picture.pair
  const cut = (source: typeof left): typeof left => (source === 'prediction' ? 'intervened' : source)
  return { ...layer, picture: { ...picture, pair: [cut(left), cut(right)] } }
}

/** A pane that shows attention draws the photo alone below it. */
function plainLayers(editor: Editor, pane: PaneSpec): readonly DrawnLayer[] {
  const { stack } = editor
  const { task, source, pair } = pane
  if (hasHeat(editor, pane)) return [photo(BEHIND_HEAT)]
  if (source === 'photo') return [photo(1)]
  const under = underInterventions(editor, task)
  if (under) return under
  if (source === null) return stack.drawn(task).map((layer) => drawn(layer))
  if (source === 'difference') {
    const both = pair.every((one) => one !== 'photo' && stack.get(task, one)?.available)
    const picture = { kind: 'difference' as const, task, pair, range: DIFFERENCE_RANGE[TASKS[task].kind] }
    return [photo(DIMMED), ...(both ? [{ picture, opacity: 1, blend: 'normal' as const, side: null }] : [])]
  }
  const below = stack.get(task, 'photo')
  const beneath = below?.visible ? [drawn(below)] : []
  if (source !== 'swipe') return [...beneath, ...alone(stack.get(task, source))]
  const [left, right] = pair
  return [
    ...beneath,
    ...alone(stack.get(task, left)).map((layer) => ({ ...layer, side: 'left' as const })),
    ...alone(stack.get(task, right)).map((layer) => ({ ...layer, side: 'right' as const })),
  ]
}

/** The prediction with the interventions, or what they changed in it (without any, the prediction), where the lab shows that; else null. */
function underInterventions({ lab, mode, stack }: Editor, task: TaskId): readonly DrawnLayer[] | null {
  if (mode !== 'attention' || lab.view === 'sources') return null
  const layer = stack.get(task, 'prediction')
  if (!layer?.available) return null
  const range = lab.intervened.ranges.get(task)
  if (lab.view === 'difference' && lab.interventions.active.length > 0) {
    const pair = ['prediction', 'intervened'] as const
    const picture = { kind: 'difference' as const, task, pair, range: range ?? 0 }
    const change = range === undefined ? [] : [{ picture, opacity: 1, blend: 'normal' as const, side: null }]
    return [photo(DIMMED), ...change]
  }
  const below = stack.get(task, 'photo')
  const beneath = below?.visible ? [drawn(below)] : []
  return [...beneath, drawn(layer)]
}

function alone(layer: LayerState | undefined): DrawnLayer[] {
  if (!layer?.available) return []
  return [layer.source === 'photo' ? photo(1) : drawn(layer)]
}

function photo(opacity: number): DrawnLayer {
  return { picture: { kind: 'photo' }, opacity, blend: 'normal', side: null }
}

function drawn({ task, source, opacity, blend, outlined }: LayerState): DrawnLayer {
  const picture: PictureSpec =
    source === 'photo' ? { kind: 'photo' } : { kind: 'map', task, source, outlined }
  return { picture, opacity, blend, side: null }
}

/** True when a change of this map shows in the layers. */
export function shows(layers: readonly DrawnLayer[], task: TaskId, source: MapSource): boolean {
  return layers.some(({ picture }) => {
    if (picture.kind === 'photo' || picture.task !== task) return false
    return picture.kind === 'map' ? picture.source === source : picture.pair.includes(source)
  })
}
