import type { TaskInfo } from '../../../shared/contract'
import { TASK_TYPES, type DatasetJson, type DatasetJsonTask } from '../../../shared/dataset-json'
import type { Proposal } from '../../../shared/describe'
import { TASKS, TASK_IDS, type TaskId } from '../../../shared/tasks'

export type Unit = 'm' | 'cm' | 'mm'

/** One task as the form edits it; every field has a value, whether or not the task uses it. */
export interface DraftTask {
  id: TaskId
  dir: string
  ext: 'png' | 'npy'
  /** One class name a line. */
  classes: string
  ignore: number
  /** Class index = stored value - `first`. */
  first: number
  scale: number
  unit: Unit
}
export interface Draft {
  photos: string
  photoExt: DatasetJson['images']['ext']
  /** Folder with id lists; empty = none. */
  splits: string
  tasks: DraftTask[]
}

/** The proposal as the form shows it. Tasks of the open model stand in where no labels were found, and name the classes. */
export function draftOf({ json, lists }: Proposal, model: readonly TaskInfo[]): Draft {
  const found = json.tasks.map((task) => draftTask(task, model))
  return {
    photos: json.images.dir,
    photoExt: json.images.ext,
    splits: typeof json.splits === 'string' ? json.splits : (lists[0] ?? ''),
    tasks: found.length > 0 ? found : model.map(({ id }) => newTask(id, model)),
  }
}

/** A task without labels yet, in an encoding that keeps every value where one exists. */
export function newTask(id: TaskId, model: readonly TaskInfo[]): DraftTask {
  const kind = TASKS[id].kind
  const ext = kind === 'scalar' || kind === 'vector' ? 'npy' : 'png'
  const classes = kind === 'class' ? ['class 0'] : []
  const type = TASK_TYPES[id]
  return draftTask({ id, type, dir: `labels/${id}`, ext, classes, ignore: 255 }, model, true)
}

/** The first task that the form does not have; null when it has all. */
export function nextTask(tasks: readonly DraftTask[]): TaskId | null {
  return TASK_IDS.find((id) => tasks.every((task) => task.id !== id)) ?? null
}

function draftTask(task: DatasetJsonTask, model: readonly TaskInfo[], anew = false): DraftTask {
  const { id, dir, ext, classes = [], ignore = 255, encoding } = task
  const known = model.find((one) => one.id === id)?.classes ?? null
  const named = known !== null && (anew || known.length >= classes.length) ? known : classes
  const usual = ext === 'png' && TASKS[id].kind === 'probability' ? 1 / 255 : 1
  const { scale = usual, offset = 0, unit = 'm' } = encoding ?? {}
  return { id, dir, ext, classes: named.join('\n'), ignore, first: -offset, scale, unit }
}

/** What the form says as a `dataset.json`; not checked. Colours are the model's where the classes are. */
export function jsonOf(draft: Draft, model: readonly TaskInfo[]): DatasetJson {
  return {
    images: { dir: draft.photos, ext: draft.photoExt },
    ...(draft.splits === '' ? {} : { splits: draft.splits }),
    tasks: draft.tasks.map((task) => taskJson(task, model)),
  }
}

function taskJson(task: DraftTask, model: readonly TaskInfo[]): DatasetJsonTask {
  const { id, dir, ext, ignore, first, scale, unit } = task
  const base = { id, type: TASK_TYPES[id], dir: dir.trim(), ext }
  switch (TASKS[id].kind) {
    case 'class': {
      const classes = namesIn(task.classes)
      const known = model.find((one) => one.id === id)
      const same = known?.classes?.join('\n') === classes.join('\n')
      const palette = same && known.palette ? { palette: known.palette } : {}
      const encoding = first === 0 ? {} : { encoding: { offset: -first } }
      return { ...base, classes, ...palette, ignore, ...encoding }
    }
    case 'scalar':
      return { ...base, encoding: { scale, unit } }
    case 'probability':
      return { ...base, encoding: { scale } }
    case 'vector':
      return base
  }
}

export function namesIn(lines: string): string[] {
  return lines
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}
