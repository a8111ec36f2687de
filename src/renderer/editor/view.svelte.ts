import type { DatasetInfo, ModelInfo } from '../../shared/contract'
import { assertNever } from '../../shared/errors'
import { classPalette } from '../../shared/palette'
import type { ImagePoint } from '../../shared/space'
import { TASK_IDS, TASKS, type TaskId } from '../../shared/tasks'
import { Paced } from './paced.svelte'
import type { DialogId, LayerSource, Layout, Mode, PixelPosition, TaskView } from './types'

/** One layer, or two of a task's layers against each other. */
export type PaneSource = LayerSource | 'difference' | 'swipe'

/** Two ways to look at a task's layers at once: side by side, wiped over each other, or subtracted. */
export type Comparison = 'none' | 'split' | 'swipe' | 'difference'
/** A and B: left and right of a split or a wipe; a difference is B minus A. */
export type LayerPair = readonly [LayerSource, LayerSource]

/** One picture on screen. `source` null shows the task's layer stack, else that one picture, over the photo where it is thin. */
export interface PaneSpec {
  readonly key: string
  readonly task: TaskId
  readonly source: PaneSource | null
  /** The layers of a wipe or a difference. */
  readonly pair: LayerPair
}

/** Reviewing one task shows the photo, both sides and what is between them; reviewing all tasks their differences. */
const REVIEW: readonly PaneSource[] = ['photo', 'corrected', 'prediction', 'difference']
const LABEL_AND_PREDICTION: LayerPair = ['corrected', 'prediction']

/** The layers a pane shows beside its stack; empty for a stack. */
export function sourcesOf({ source, pair }: PaneSpec): readonly LayerSource[] {
  if (source === null) return []
  return source === 'difference' || source === 'swipe' ? pair : [source]
}

/** What is on screen: mode, layout, active task, cursor. */
export class View {
  mode: Mode = $state('correct')
  layout: Layout = $state('grid')
  task: TaskId = $state('semseg')
  tasks: readonly TaskView[] = $state.raw([])
  cursor: PixelPosition | null = $state.raw(null)
  /** The cursor as its values are read: laying numbers out with every event would hold up the pictures. */
  readonly readAt = new Paced<PixelPosition>()
  /** The pointer's exact position on the photo; the brush is centred by it. */
  pointer: ImagePoint | null = $state.raw(null)
  /** Space is held: the pointer pans. */
  spaceHeld = $state(false)
  panning = $state(false)
  dialog: DialogId | null = $state(null)

  readonly active: TaskView | null = $derived(this.tasks.find((task) => task.id === this.task) ?? null)

  comparison: Comparison = $state('none')
  /** The layers compared in every task; a difference has no use for the photo. */
  pair: LayerPair = $state.raw(LABEL_AND_PREDICTION)
  /** Where the wipe stands, 0 = left edge of the pane, 1 = right edge. */
  swipeAt = $state(0.5)

  readonly panes: readonly PaneSpec[] = $derived.by(() => {
    const comparison = this.mode === 'attention' ? 'none' : this.comparison
    // Side by side, one task at a time: twelve panes would be too small to see anything.
    const grid = this.layout === 'grid' && comparison !== 'split'
    const tasks = grid ? this.tasks.map((task) => task.id) : this.active ? [this.task] : []
    const sources = this.#sources(comparison, grid)
    const pair = comparison === 'none' ? LABEL_AND_PREDICTION : this.pair
    return tasks.flatMap((task) =>
      sources.map((source, place) => ({ key: `${task}/${source ?? 'layers'}/${place}`, task, source, pair })),
    )
  })

  #sources(comparison: Comparison, grid: boolean): readonly (PaneSource | null)[] {
    switch (comparison) {
      case 'split':
        return this.pair
      case 'swipe':
      case 'difference':
        return [comparison]
      case 'none':
        if (this.mode !== 'review') return [null]
        return grid ? ['difference'] : REVIEW
      default:
        return assertNever(comparison)
    }
  }

  /** Compares two layers of each task; the same call again goes back to the stack of layers. */
  compare(comparison: Comparison): void {
    this.comparison = this.comparison === comparison ? 'none' : comparison
    if (this.comparison === 'difference' && this.pair.includes('photo')) this.pair = LABEL_AND_PREDICTION
  }
  /** Chooses one side; choosing the other side's layer swaps the two. */
  setSide(side: 0 | 1, source: LayerSource): void {
    const [a, b] = this.pair
    const other = side === 0 ? b : a
    const moved = source === other ? this.pair[side] : other
    this.pair = side === 0 ? [source, moved] : [moved, source]
  }

  setCursor(cursor: PixelPosition | null): void {
    if (cursor?.x === this.cursor?.x && cursor?.y === this.cursor?.y) return
    this.cursor = cursor
    this.readAt.follow(cursor)
  }

  /** Takes the tasks of the folder and the model; the folder's classes win. */
  setTasks(dataset: DatasetInfo | null, model: ModelInfo | null): void {
    const infos = [...(dataset?.tasks ?? []), ...(model?.tasks ?? [])]
    this.tasks = TASK_IDS.flatMap((id) => {
      const info = infos.find((candidate) => candidate.id === id)
      if (!info) return []
      const { label, kind, unit } = TASKS[id]
      const palette = kind === 'class' ? (info.palette ?? classPalette(info.classes?.length ?? 0)) : null
      return [{ id, label, kind, unit, classes: info.classes, palette }]
    })
    const first = this.tasks[0]
    if (first && !this.active) this.task = first.id
  }
}
