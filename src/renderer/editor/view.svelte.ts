import type { DatasetInfo, ModelInfo } from '../../shared/contract'
import { classPalette } from '../../shared/palette'
import type { ImagePoint } from '../../shared/space'
import { TASK_IDS, TASKS, type TaskId } from '../../shared/tasks'
import type { DialogId, LayerSource, Layout, Mode, PixelPosition, TaskView } from './types'

/** One map against another, or one of the layers. */
export type PaneSource = LayerSource | 'difference'

/** One picture on screen. `source` null shows the task's layer stack, else that one picture, over the photo where it is thin. */
export interface PaneSpec {
  readonly key: string
  readonly task: TaskId
  readonly source: PaneSource | null
}

/** Reviewing one task shows the photo, both sides and what is between them; reviewing all tasks their differences. */
const REVIEW: readonly PaneSource[] = ['photo', 'corrected', 'prediction', 'difference']

/** What is on screen: mode, layout, active task, cursor. */
export class View {
  mode: Mode = $state('correct')
  layout: Layout = $state('grid')
  task: TaskId = $state('semseg')
  tasks: readonly TaskView[] = $state.raw([])
  cursor: PixelPosition | null = $state.raw(null)
  /** The pointer's exact position on the photo; the brush is centred by it. */
  pointer: ImagePoint | null = $state.raw(null)
  /** Space is held: the pointer pans. */
  spaceHeld = $state(false)
  panning = $state(false)
  dialog: DialogId | null = $state(null)

  readonly active: TaskView | null = $derived(this.tasks.find((task) => task.id === this.task) ?? null)

  readonly panes: readonly PaneSpec[] = $derived.by(() => {
    const tasks = this.layout === 'grid' ? this.tasks.map((task) => task.id) : this.active ? [this.task] : []
    const sources: readonly (PaneSource | null)[] =
      this.mode !== 'review' ? [null] : this.layout === 'single' ? REVIEW : ['difference']
    return tasks.flatMap((task) =>
      sources.map((source) => ({ key: `${task}/${source ?? 'layers'}`, task, source })),
    )
  })

  setCursor(cursor: PixelPosition | null): void {
    if (cursor?.x !== this.cursor?.x || cursor?.y !== this.cursor?.y) this.cursor = cursor
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
