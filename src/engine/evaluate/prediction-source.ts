import { readdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { AppError } from '../../shared/errors'
import type { DenseMap } from '../../shared/maps'
import type { TaskId } from '../../shared/tasks'
import type { Dataset } from '../dataset/dataset'
import { readInside, resolveInside } from '../files/safe-path'
import { PredictionCache } from '../predictions/cache'
import { PhotoHashes } from '../predictions/photo-hash'
import { decodeLogits } from './raw-logits'

/** Where predictions come from, in a form that can be sent to a worker. */
export type PredictionSpec =
  /** A folder in the data set's own encodings, as `predict` writes it, or with raw logits `<task>/<id>.npy`. */
  | { readonly kind: 'folder'; readonly root: string }
  /** The cache of predictions; every sample must have been predicted by this model. */
  | { readonly kind: 'model'; readonly hash: string; readonly cacheDir: string }

export interface PredictionSource {
  /** A text that changes when the prediction does. Throws `file_missing`. */
  stamp(id: string, task: TaskId): Promise<string>
  /** Throws `file_missing`, `not_found`, and as the formats throw. */
  read(id: string, task: TaskId): Promise<DenseMap>
}

export function openSource(dataset: Dataset, spec: PredictionSpec): PredictionSource {
  return spec.kind === 'folder' ? folderSource(dataset, spec.root) : cacheSource(dataset, spec)
}

/** Raw logits come first: they were not rounded. */
function folderSource(dataset: Dataset, root: string): PredictionSource {
  const find = async (id: string, task: TaskId): Promise<{ file: string; raw: boolean }> => {
    const logits = `${task}/${id}.npy`
    // `predict` writes where a correction would go; predictions made by others may lie where the labels lie.
    const encoded = [...new Set([dataset.writeFile(id, task), dataset.labelFile(id, task)])]
    for (const { file, raw } of [
      ...(encoded.includes(logits) ? [] : [{ file: logits, raw: true }]),
      ...encoded.map((file) => ({ file, raw: false })),
    ]) {
      const path = await resolveInside(root, file).catch((error: unknown) => {
        if (error instanceof AppError && error.code === 'file_missing') return null
        throw error
      })
      if (path !== null) return { file, raw }
    }
    throw new AppError('file_missing', `${id} has no prediction of ${task}: ${root}/${encoded[0]} is missing`)
  }
  return {
    async stamp(id, task) {
      const { file } = await find(id, task)
      return fileStamp(root, file)
    },
    async read(id, task) {
      const { file, raw } = await find(id, task)
      const bytes = await readInside(root, file)
      return raw ? decodeLogits(task, bytes, file) : dataset.decodeLabel(id, task, bytes, file)
    },
  }
}

function cacheSource(
  dataset: Dataset,
  { hash, cacheDir }: Extract<PredictionSpec, { kind: 'model' }>,
): PredictionSource {
  const cache = new PredictionCache(cacheDir)
  const photos = new PhotoHashes()
  return {
    async stamp(id) {
      return `${hash}:${await fileStamp(dataset.root, dataset.photoFile(id))}`
    },
    async read(id, task) {
      const map = await cache.readMap({ model: hash, photo: await photos.of(dataset, id) }, task)
      if (map) return map
      throw new AppError('not_found', `${id} has no prediction of ${task} by this model`)
    },
  }
}

/** Size and time of a file below `root`. Throws as `resolveInside`. */
export async function fileStamp(root: string, file: string): Promise<string> {
  const { size, mtimeMs } = await stat(await resolveInside(root, file))
  return `${file}:${size}:${mtimeMs}`
}

/** The tasks of the data set that a folder of predictions has a folder for. Throws `not_a_dataset` when there is none. */
export async function tasksIn(root: string, dataset: Dataset): Promise<TaskId[]> {
  const [id] = Object.values(dataset.splits).flat()
  const names = await readdir(root).catch((cause: unknown) => {
    throw new AppError('not_a_dataset', `${root} is not a folder that can be read`, undefined, { cause })
  })
  const folders = new Set(names)
  const tasks = dataset.tasks
    .map((task) => task.id)
    .filter(
      (task) =>
        folders.has(task) || (id !== undefined && folders.has(firstFolder(dataset.labelFile(id, task)))),
    )
  if (tasks.length > 0) return tasks
  throw new AppError(
    'not_a_dataset',
    `${root} holds no predictions: none of the folders of ${dataset.tasks.map((task) => task.id).join(', ')} is in it. ` +
      `Write predictions with \`mq-studio predict\`, or in the encodings of ${dataset.layout}`,
  )
}

function firstFolder(file: string): string {
  const [first = ''] = dirname(file).split('/')
  return first
}
