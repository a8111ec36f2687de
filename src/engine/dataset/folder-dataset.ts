import { readdir } from 'node:fs/promises'
import { basename } from 'node:path'
import { AppError } from '../../shared/errors'
import { emptyMap, type DenseMap } from '../../shared/maps'
import { inverseOf, orientMap } from '../../shared/orient'
import { TASKS, type TaskId } from '../../shared/tasks'
import { readPhotoFile } from '../codecs/photo'
import { mapConcurrent } from '../files/concurrent'
import { fileInside, readInside, resolveInside } from '../files/safe-path'
import type { Dataset, SampleRef } from './dataset'
import type { PhotoSize } from './header'
import { fileIn, type LabelLayout, type LabelPlace, type Layout } from './layout'
import { Listing } from './listing'
import { ProblemLog } from './problems'
import { checkSameSize, orientationOf, readPhotoHeader, scanSample } from './scan'

/** Samples whose headers are read at a time; few, because thumbnails are made meanwhile. */
const SCANNED_AT_ONCE = 4
/** Photos whose size is remembered. */
const SIZES_KEPT = 32
/** Samples between two reports of progress. */
const SCANNED_BETWEEN = 64

/** Opens a folder of the given layout: reads the id lists and the names in its folders, no file. `root` is a real path. */
export async function openFolder(root: string, layout: Layout): Promise<Dataset> {
  const problems = new ProblemLog()
  for (const problem of layout.problems ?? []) problems.add(problem)
  const listing = await Listing.read(root, layout, problems)
  const { splits } = listing
  let scanning: Promise<void> | null = null
  let scanned = 0

  const sample = (id: string): SampleRef => {
    const split = listing.splitOf(id)
    if (split !== null) return { id, split }
    throw new AppError('sample_missing', `${JSON.stringify(id.slice(0, 200))} is not a sample of ${root}`)
  }
  const labelLayout = (task: TaskId): LabelLayout => {
    const label = layout.labels.find((entry) => entry.task.id === task)
    if (label) return label
    throw new AppError('file_missing', `the layout ${layout.name} has no labels for ${task}`)
  }
  const readPlace = (id: string, task: TaskId): LabelPlace | null =>
    listing.placeOf(sample(id).id, labelLayout(task))
  const writePlace = (id: string, task: TaskId): LabelPlace => {
    const { places, write } = labelLayout(task)
    const read = readPlace(id, task)
    const place = read && !read.readOnly ? read : places[write]
    if (!place) throw new AppError('internal', `the layout ${layout.name} cannot store ${task}`)
    return place
  }
  const fileAt = (id: string, { folder, format }: LabelPlace): string => fileIn(folder, id, format.extension)
  const companionOf = (id: string, { companion }: LabelPlace): Promise<Uint8Array | null> =>
    companion ? readInside(root, fileIn(companion.folder, id, companion.extension)) : Promise.resolve(null)
  /** Of the samples asked for last, until a change is noticed: every label of a sample is held against its photo. */
  const sizes = new Map<string, Promise<PhotoSize>>()
  const photoSize = (id: string): Promise<PhotoSize> => {
    const known = sizes.get(id)
    if (known) return known
    const size = readPhotoHeader(root, listing, id)
    size.catch(() => sizes.delete(id)) // The file may be repaired.
    if (sizes.size >= SIZES_KEPT) sizes.clear()
    sizes.set(id, size)
    return size
  }

  /** Upright, as the photo. */
  async function decode(id: string, place: LabelPlace, bytes: Uint8Array): Promise<DenseMap> {
    const map = await place.format.decode(bytes, fileAt(id, place), await companionOf(id, place))
    const photo = await photoSize(id).catch(() => null)
    return photo ? orientMap(map, orientationOf(map, photo)) : map
  }
  /** Turned back to how the label it replaces was stored; a new one fits the stored pixels of the photo. */
  async function encode(
    id: string,
    place: LabelPlace,
    map: DenseMap,
    original: Uint8Array<ArrayBuffer> | null,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const companion = await companionOf(id, place)
    const photo = await photoSize(id).catch(() => null)
    if (!photo || photo.orientation === 1) return place.format.encode(map, original, companion)
    const file = fileAt(id, place)
    const before = original && (await place.format.decode(original, file, companion))
    const orientation = before ? orientationOf(before, photo) : photo.orientation
    return place.format.encode(orientMap(map, inverseOf(orientation)), original, companion)
  }
  async function readLabel(
    id: string,
    task: TaskId,
  ): Promise<{ map: DenseMap; bytes: Uint8Array<ArrayBuffer> }> {
    const place = readPlace(id, task) ?? writePlace(id, task)
    const bytes = await readInside(root, fileAt(id, place))
    const map = await decode(id, place, bytes)
    // A photo that cannot be read says nothing about its labels.
    const photo = await photoSize(id).catch(() => null)
    if (photo) checkSameSize(map, photo, fileAt(id, place))
    return { map, bytes }
  }

  /** In the order of the samples, so that the problems kept are always the same. */
  async function scanAll(
    progress?: (done: number, total: number) => void,
    signal?: AbortSignal,
  ): Promise<void> {
    const ids = Object.values(splits).flat()
    while (scanned < ids.length && !signal?.aborted) {
      const batch = ids.slice(scanned, scanned + SCANNED_BETWEEN)
      const infos = await mapConcurrent(batch, SCANNED_AT_ONCE, (id) =>
        scanSample(root, layout, listing, sample(id)),
      )
      for (const problem of infos.flatMap((info) => info.problems)) problems.add(problem)
      scanned += batch.length
      progress?.(scanned, ids.length)
    }
  }

  return {
    layout: layout.name,
    root,
    name: basename(root),
    note: [await readNote(root), layout.note].filter(Boolean).join(' ') || null,
    tasks: layout.labels
      .filter((label) => label.optional || listing.hasFolder(label))
      .map(({ task }) => task),
    splits,
    files: layout.files ?? [],
    problems: problems.first,
    get problemCount() {
      return problems.count
    },
    problemCountOf: (id) => problems.countOf(id),
    get scanned() {
      return scanned
    },
    async scan(progress, signal) {
      await (scanning ??= scanAll(progress, signal))
    },
    folders: [
      ...new Set([
        layout.photos.folder,
        ...layout.labels.flatMap(({ places }) => places.map(({ folder }) => folder)),
        ...(typeof layout.splits === 'string' ? [layout.splits] : []),
      ]),
    ],
    async noticed(folder, name) {
      sizes.clear()
      const exists = await resolveInside(root, folder === '' ? name : `${folder}/${name}`).then(
        () => true,
        () => false,
      )
      return listing.note(folder, name, exists)
    },
    sample,
    describe: (id) => Promise.resolve(sample(id)).then((ref) => scanSample(root, layout, listing, ref)),
    splitFile(split) {
      if (layout.splits === null) return null
      if (typeof layout.splits === 'string') return `${layout.splits}/${split}.txt`
      const list = layout.splits[split]
      return typeof list === 'string' ? list : null
    },
    photoFile: (id) => listing.photoFile(sample(id).id),
    photoPath: async (id) => (await fileInside(root, listing.photoFile(sample(id).id))).path,
    hasLabel: (id, task) => readPlace(id, task) !== null,
    labelFile: (id, task) => fileAt(id, readPlace(id, task) ?? writePlace(id, task)),
    writeFile: (id, task) => fileAt(id, writePlace(id, task)),
    async readPhoto(id) {
      const file = listing.photoFile(sample(id).id)
      const { path } = await fileInside(root, file)
      return readPhotoFile(path, file).catch(async (error: unknown) => {
        await photoSize(id) // Says it when the file is cut off, as looking through the folder does.
        throw error
      })
    },
    readLabel: async (id, task) => (await readLabel(id, task)).map,
    async readOrEmpty(id, task) {
      if (readPlace(id, task)) return readLabel(id, task)
      const { width, height } = await photoSize(id)
      return { map: emptyMap(TASKS[task].kind, width, height), bytes: null }
    },
    async readLabelFile(id, task) {
      const place = readPlace(id, task)
      return place ? readInside(root, fileAt(id, place)) : null
    },
    async decodeLabel(id, task, bytes, file) {
      const place = labelLayout(task).places.find((one) => fileAt(id, one) === file)
      if (!place) throw new AppError('internal', `${file} is no ${task} label of ${id}`)
      return decode(id, place, bytes)
    },
    async encodeLabel(id, task, map, original) {
      return encode(id, writePlace(id, task), map, original ?? null)
    },
    encodingTolerance: (id, task) => writePlace(id, task).format.tolerance,
  }
}

/** The first line of a README, without its Markdown heading marks. */
async function readNote(root: string): Promise<string | null> {
  const present = new Set(await readdir(root))
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
