import { extname } from 'node:path/posix'
import { AppError } from '../../../shared/errors'
import { cloneMap, IGNORE_CLASS, type DenseMap } from '../../../shared/maps'
import { TASKS, type TaskId } from '../../../shared/tasks'
import { fileIn, type LabelLayout, type LabelPlace, type Layout } from '../../dataset/layout'
import type { Workspace } from '../../services'
import { differenceWithin } from '../check'
import type { Draft, Encoded, Unit, Wanted } from '../format'
import { labelOf, labelUnits, readForExport, splitTexts, wantedIds } from '../labels'
import { encodePhoto, type PhotoExtension } from './photo'

/** Photos, lists and those labels that the other layout has, in its own encodings and at their own size. */
export async function draftConversion(workspace: Workspace, wanted: Wanted, layout: Layout): Promise<Draft> {
  const { dataset } = workspace
  checkIds(workspace, wanted, layout)
  const places = new Map(layout.labels.map((label) => [label.task.id, label]))
  for (const { id } of dataset.tasks) {
    const target = places.get(id)
    if (target) classTable(workspace, target)
  }
  const labels = labelUnits(workspace, wanted, ({ id: task }, id) => {
    const target = places.get(task)
    if (!target) return null
    const { folder, format } = writePlace(target)
    return [fileIn(folder, id, format.extension)]
  })
  const photos = photoUnits(workspace, wanted, layout)
  const missing = dataset.tasks.filter(({ id }) => !places.has(id)).map(({ id }) => TASKS[id].label)
  return {
    units: [...photos, ...labels],
    texts: typeof layout.splits === 'string' ? splitTexts(workspace, wanted, layout.splits) : [],
    folders: [],
    losses: [...photoLosses(photos), ...labelLosses(workspace, layout)],
    notExported: [
      ...(missing.length > 0 ? [`The layout ${layout.name} has no place for: ${missing.join(', ')}.`] : []),
      'Files that belong to no sample are not copied.',
    ],
    skipped: [],
  }
}

export async function encodeConverted(workspace: Workspace, unit: Unit, layout: Layout): Promise<Encoded> {
  const { dataset } = workspace
  const [file = ''] = unit.files
  if (unit.task === null) return encodePhoto(await dataset.readPhoto(unit.sample ?? ''), file)
  const { task } = labelOf(unit)
  const target = layout.labels.find((label) => label.task.id === task)
  if (!target) throw new AppError('internal', `the layout ${layout.name} has no ${task}`)
  const { map, correction, problems } = await readForExport(workspace, unit)
  const converted = remapped(map, classTable(workspace, target))
  const { format } = writePlace(target)
  return {
    files: [
      {
        file,
        bytes: await format.encode(converted, null, null),
        check: async (readBack) =>
          differenceWithin(file, converted, await format.decode(readBack, file, null), format.tolerance),
      },
    ],
    correction,
    lost: {},
    problems,
  }
}

/** Throws `bad_arguments` for samples in folders below, which the layout's own loaders could not find. */
function checkIds(workspace: Workspace, wanted: Wanted, { name, photos }: Layout): void {
  const nested = wantedIds(workspace, wanted).flatMap(([, ids]) => ids.filter((id) => id.includes('/')))
  if (nested.length > 0 && !photos.nested)
    throw new AppError(
      'bad_arguments',
      `${nested.length} samples lie in folders of their own, e.g. ${nested[0]}; the layout ${name} has none. ` +
        'Export as png, npy or coco instead',
    )
}

function writePlace({ task, places, write }: LabelLayout): LabelPlace {
  const place = places[write]
  if (!place) throw new AppError('internal', `the layout has no place to write ${task.id} to`)
  return place
}

function photoUnits(workspace: Workspace, wanted: Wanted, { photos }: Layout): Unit[] {
  const { dataset } = workspace
  const [preferred = 'png'] = photos.extensions
  return wantedIds(workspace, wanted).flatMap(([, ids]) =>
    ids.map((id): Unit => {
      const source = dataset.photoFile(id)
      const own = extname(source).slice(1).toLowerCase()
      const copy = photos.extensions.includes(own)
      const files = [fileIn(photos.folder, id, copy ? own : preferred)]
      return { files, sample: id, task: null, source, corrected: false, copy }
    }),
  )
}

function photoLosses(photos: readonly Unit[]): string[] {
  const encoded = new Set(photos.filter(({ copy }) => !copy).map(({ files }) => extname(files[0] ?? '')))
  const losses: Record<`.${PhotoExtension}`, string> = {
    '.jpg':
      'Photos become JPEG files of quality 95 with full colour resolution, which changes pixel values slightly.',
    '.png': 'Photos become PNG files: every pixel is kept, EXIF data is not.',
  }
  return Object.entries(losses).flatMap(([extension, sentence]) => (encoded.has(extension) ? [sentence] : []))
}

/** Tasks whose encoding there is coarser than the one they come from. */
function labelLosses({ dataset }: Workspace, layout: Layout): string[] {
  const [id] = Object.values(dataset.splits).flat()
  if (id === undefined) return []
  return layout.labels.flatMap((target) => {
    const { task } = target
    const known = dataset.tasks.some((own) => own.id === task.id)
    const { tolerance } = writePlace(target).format
    if (!known || tolerance <= dataset.encodingTolerance(id, task.id)) return []
    return [`${TASKS[task.id].label}: values are rounded (at most ${tolerance.toPrecision(1)} off).`]
  })
}

/**
 * The target's class by the data set's class; null when both lists are the same or the task has no classes. Throws
 * `bad_arguments` with both lists unless they hold the same names.
 */
function classTable({ dataset }: Workspace, { task }: LabelLayout): Uint8Array | null {
  const own = dataset.tasks.find(({ id }) => id === task.id)?.classes ?? null
  const { classes } = task
  if (TASKS[task.id].kind !== 'class' || (own === null && classes === null)) return null
  const same = own && classes && own.length === classes.length && own.every((name) => classes.includes(name))
  if (!same) throw differentClasses(task.id, own, classes)
  if (own.every((name, index) => name === classes[index])) return null
  const table = new Uint8Array(256).fill(IGNORE_CLASS)
  own.forEach((name, index) => (table[index] = classes.indexOf(name)))
  return table
}

function differentClasses(
  task: TaskId,
  own: readonly string[] | null,
  target: readonly string[] | null,
): AppError {
  const list = (names: readonly string[] | null): string =>
    names ? `${names.length}: ${names.join(', ')}` : 'unnamed'
  return new AppError(
    'bad_arguments',
    `the classes of ${task} differ, so that its ids cannot be translated. The data set has ${list(own)}. ` +
      `The layout has ${list(target)}. Export as png, npy or coco instead`,
  )
}

function remapped(map: DenseMap, table: Uint8Array | null): DenseMap {
  if (map.kind !== 'class' || !table) return map
  const copy = cloneMap(map)
  for (let i = 0; i < copy.data.length; i++) copy.data[i] = table[copy.data[i]!]!
  return copy
}
