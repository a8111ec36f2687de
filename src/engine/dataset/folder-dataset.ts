import { readdir } from 'node:fs/promises'
import { basename } from 'node:path'
import { AppError } from '../../shared/errors'
import type { DenseMap } from '../../shared/maps'
import type { TaskId } from '../../shared/tasks'
import { readPhotoFile } from '../codecs/photo'
import { readInside, resolveInside } from '../files/safe-path'
import type { Dataset, SampleInfo } from './dataset'
import type { LabelFolder, Layout } from './layout'
import { scanSamples } from './scan'
import { readSplits } from './splits'

/** Opens a folder of the given layout: reads the id lists and every file's header, no pixels. `root` is a real path. */
export async function openFolder(root: string, layout: Layout): Promise<Dataset> {
  const { splits, problems: splitProblems } = await readSplits(root, layout.splits)
  const { folders, samples, problems } = await scanSamples(root, layout, splits)
  const present = new Set(await readdir(root))
  const labels = layout.labels.filter(({ folder }) => folders.has(folder))

  const sample = (id: string): SampleInfo => {
    const known = samples.get(id)
    if (!known) throw new AppError('sample_missing', `${JSON.stringify(id)} is not a sample of ${root}`)
    return known
  }
  const labelFolder = (task: TaskId): LabelFolder => {
    const entry = layout.labels.find((label) => label.task.id === task)
    if (!entry) throw new AppError('file_missing', `the layout ${layout.name} has no labels for ${task}`)
    return entry
  }
  const labelFile = (id: string, task: TaskId): string => {
    const { folder, format } = labelFolder(task)
    return `${folder}/${sample(id).id}.${format.extension}`
  }
  const photoFile = (id: string): string =>
    `${layout.photos.folder}/${sample(id).id}.${layout.photos.extension}`
  const decodeLabel = (task: TaskId, bytes: Uint8Array, file: string): Promise<DenseMap> =>
    labelFolder(task).format.decode(bytes, file)

  return {
    layout: layout.name,
    root,
    name: basename(root),
    note: await readNote(root, present),
    tasks: labels.map(({ task }) => task),
    splits,
    problems: [...splitProblems, ...problems],
    sample,
    splitOf: (id) => sample(id).split,
    splitFile: (split) => `${layout.splits}/${split}.txt`,
    photoFile,
    photoPath: (id) => resolveInside(root, photoFile(id)),
    labelFile,
    async readPhoto(id) {
      return readPhotoFile(await resolveInside(root, photoFile(id)), photoFile(id))
    },
    async readLabel(id, task) {
      const file = labelFile(id, task)
      const map = await decodeLabel(task, await readInside(root, file), file)
      const { width, height } = sample(id)
      if (width > 0 && (map.width !== width || map.height !== height))
        throw new AppError(
          'size_mismatch',
          `${file} has ${map.width}x${map.height} pixels, the photo ${width}x${height}`,
        )
      return map
    },
    decodeLabel,
    encodeLabel: (task, map, original) => labelFolder(task).format.encode(map, original ?? null),
    encodingTolerance: (task) => labelFolder(task).format.tolerance,
  }
}

/** The first line of a README, without its Markdown heading marks. */
async function readNote(root: string, present: ReadonlySet<string>): Promise<string | null> {
  const name = ['README.md', 'README.txt', 'README'].find((candidate) => present.has(candidate))
  if (name === undefined) return null
  try {
    const text = new TextDecoder().decode(await readInside(root, name))
    const line = text.split('\n').find((candidate) => candidate.trim() !== '') ?? ''
    return (
      line
        .replace(/^#+\s*/, '')
        .trim()
        .slice(0, 300) || null
    )
  } catch {
    return null // A README that cannot be read takes nothing away from the data.
  }
}
