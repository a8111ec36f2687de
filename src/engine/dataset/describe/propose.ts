import { access, realpath, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { DatasetJson, DatasetJsonTask } from '../../../shared/dataset-json'
import type { Proposal } from '../../../shared/describe'
import { AppError } from '../../../shared/errors'
import type { TaskId } from '../../../shared/tasks'
import { writeAtomic } from '../../files/atomic-write'
import { readInside } from '../../files/safe-path'
import { DATASET_FILE, parseDatasetJson } from '../generic-file'
import { contentOf, findGroups, type Group } from './folder-facts'
import { factsOf, photoExtension, photosAmong, taskOf, type Looked } from './guess'

/** List files of a folder that are looked into. */
const MAX_LISTS = 20

/**
 * Looks at a folder's names and at a few files of each kind, and proposes a description. Writes nothing. Throws
 * `not_a_dataset` for a folder without photos.
 */
export async function proposeDescription(path: string): Promise<Proposal> {
  const root = await realRoot(path)
  const found = await findGroups(root)
  const groups: Looked[] = []
  for (const group of found) {
    const content = group.ext === 'txt' ? null : await contentOf(root, group)
    if (content) groups.push({ ...group, content })
  }
  const photos = photosAmong(groups)
  if (!photos)
    throw new AppError(
      'not_a_dataset',
      `${root} holds no PNG or JPEG photos; choose the folder that holds them`,
    )
  const photoIds = new Set(photos.ids)
  const matching = ({ ids }: Group): number => ids.filter((id) => photoIds.has(id)).length
  const tasks = new Map<TaskId, DatasetJsonTask>()
  for (const group of [...groups].sort((a, b) => matching(b) - matching(a))) {
    const task = group.dir === photos.dir || matching(group) === 0 ? null : taskOf(group)
    if (task && !tasks.has(task.id)) tasks.set(task.id, task)
  }
  const lists: string[] = []
  for (const group of found)
    if (group.ext === 'txt' && (await listsPhotos(root, group, photoIds))) lists.push(group.dir)
  return {
    root,
    described: await access(`${root}/${DATASET_FILE}`).then(
      () => true,
      () => false,
    ),
    folders: groups.map((group) => factsOf(group, matching(group))),
    lists,
    json: {
      images: { dir: photos.dir, ext: photoExtension(photos.ext) },
      tasks: [...tasks.values()],
      ...(lists[0] === undefined ? {} : { splits: lists[0] }),
    },
  }
}

/** Checks a description and writes it as the folder's `dataset.json`. Throws `file_malformed` and `write_failed`. */
export async function writeDescription(path: string, json: unknown): Promise<DatasetJson> {
  const root = await realRoot(path)
  const checked = parseDatasetJson(json)
  await writeAtomic(`${root}/${DATASET_FILE}`, `${JSON.stringify(checked, null, 2)}\n`)
  return checked
}

async function realRoot(path: string): Promise<string> {
  const root = await realpath(resolve(path)).catch((cause: unknown) => {
    throw new AppError('not_a_dataset', `${resolve(path)} does not exist; choose a folder`, undefined, {
      cause,
    })
  })
  if ((await stat(root)).isDirectory()) return root
  throw new AppError('not_a_dataset', `${root} is a file; choose the folder that holds the photos`)
}

/** True when a list in the folder names a photo. Lists beside the photos themselves are left out: any text lies there. */
async function listsPhotos(root: string, { dir, ids }: Group, photos: ReadonlySet<string>): Promise<boolean> {
  if (dir === '.') return false
  for (const id of ids.slice(0, MAX_LISTS)) {
    const bytes = await readInside(root, `${dir}/${id}.txt`).catch(() => new Uint8Array())
    const start = new TextDecoder().decode(bytes.subarray(0, 64 * 1024))
    if (start.split('\n').some((line) => photos.has(line.trim()))) return true
  }
  return false
}
