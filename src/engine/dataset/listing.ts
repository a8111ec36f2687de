import { readdir } from 'node:fs/promises'
import { AppError } from '../../shared/errors'
import { isMissing } from '../files/errno'
import { isSafeId, resolveInside } from '../files/safe-path'
import { fileIn, type LabelLayout, type LabelPlace, type Layout } from './layout'
import { newProblem, problemOf, type ProblemLog } from './problems'
import { readSplits, splitsOfPhotos, type Splits } from './splits'

/** Folders below each other that are looked into. */
const MAX_DEPTH = 12

/**
 * Which files of a layout exist, from the names in its folders: nothing is opened and one byte is kept per sample and
 * folder, so that 100,000 samples are listed in a fraction of a second.
 */
export class Listing {
  private constructor(
    private readonly layout: Layout,
    readonly splits: Splits,
    private readonly indexOf: ReadonlyMap<string, number>,
    private readonly splitNames: readonly string[],
    private readonly splitAt: Uint32Array,
    /** By sample: 0 = no photo, else 1 + index in `spellings`. */
    private readonly photoAt: Uint8Array,
    /** Extensions of photos as they are spelt in this folder. */
    private readonly spellings: readonly string[],
    /** By place: one byte per sample. Places whose folder does not exist are absent. */
    private readonly places: ReadonlyMap<LabelPlace, Uint8Array>,
  ) {}

  static async read(root: string, layout: Layout, problems: ProblemLog): Promise<Listing> {
    const nested = layout.photos.nested ?? false
    const photos = await listPhotos(root, layout, problems)
    const splits =
      layout.splits === null
        ? splitsOfPhotos([...photos.keys()])
        : await readSplits(root, layout.splits, nested, problems)
    const indexOf = new Map<string, number>()
    const splitNames = Object.keys(splits)
    const total = splitNames.reduce((sum, split) => sum + (splits[split]?.length ?? 0), 0)
    const splitAt = new Uint32Array(total)
    const photoAt = new Uint8Array(total)
    const spellings: string[] = []
    for (const [at, split] of splitNames.entries())
      for (const id of splits[split] ?? []) {
        const index = indexOf.size
        indexOf.set(id, index)
        splitAt[index] = at
        const spelling = photos.get(id)
        if (spelling === undefined) continue
        if (!spellings.includes(spelling)) spellings.push(spelling)
        photoAt[index] = 1 + spellings.indexOf(spelling)
      }
    if (layout.splits !== null) noteUnlisted(layout, photos, indexOf, problems)
    const places = new Map<LabelPlace, Uint8Array>()
    await Promise.all(
      layout.labels
        .flatMap((label) => label.places)
        .map(async (place) => {
          const present = await listPlace(root, place, nested, indexOf, photos, problems)
          if (present) places.set(place, present)
        }),
    )
    return new Listing(layout, splits, indexOf, splitNames, splitAt, photoAt, spellings, places)
  }

  /** Null for an unknown id. */
  splitOf(id: string): string | null {
    const index = this.indexOf.get(id)
    return index === undefined ? null : (this.splitNames[this.splitAt[index]!] ?? null)
  }
  hasPhoto(id: string): boolean {
    return (this.photoAt[this.indexOf.get(id) ?? -1] ?? 0) > 0
  }
  /** Relative path of the photo, or where it would lie. */
  photoFile(id: string): string {
    const { folder, extensions } = this.layout.photos
    const spelling = this.spellings[(this.photoAt[this.indexOf.get(id) ?? -1] ?? 0) - 1]
    return fileIn(folder, id, spelling ?? extensions[0] ?? 'png')
  }
  /** True when one of the task's folders exists. */
  hasFolder({ places }: LabelLayout): boolean {
    return places.some((place) => this.places.has(place))
  }
  /** The place that holds the sample's label; null when none does. */
  placeOf(id: string, { places }: LabelLayout): LabelPlace | null {
    const index = this.indexOf.get(id) ?? -1
    return places.find((place) => this.places.get(place)?.[index] === 1) ?? null
  }
}

/** Extensions by id. */
async function listPhotos(root: string, layout: Layout, problems: ProblemLog): Promise<Map<string, string>> {
  const { folder, extensions, nested = false } = layout.photos
  const labelFolders = new Set(layout.labels.flatMap(({ places }) => places.map((place) => place.folder)))
  const photos = new Map<string, string>()
  for await (const names of listNames(root, folder, nested, labelFolders, problems))
    for (const name of names) {
      const dot = name.lastIndexOf('.')
      const extension = name.slice(dot + 1)
      if (dot < 0 || !extensions.includes(extension.toLowerCase())) continue
      const id = name.slice(0, dot)
      const file = fileIn(folder, id, extension)
      const other = photos.get(id)
      if (!isSafeId(id, nested))
        problems.add(
          newProblem(
            '',
            file.slice(0, 300),
            'path_outside_root',
            `${JSON.stringify(id.slice(0, 100))} cannot be an id`,
          ),
        )
      else if (other === undefined) photos.set(id, extension)
      else
        problems.add(
          newProblem(
            id,
            file,
            'file_malformed',
            `${file} has the id of ${id}.${other}, which is used; rename one`,
          ),
        )
    }
  return photos
}

/** One byte per sample; null when the folder cannot be used. */
async function listPlace(
  root: string,
  { folder, format }: LabelPlace,
  nested: boolean,
  indexOf: ReadonlyMap<string, number>,
  photos: ReadonlyMap<string, string>,
  problems: ProblemLog,
): Promise<Uint8Array | null> {
  const present = new Uint8Array(indexOf.size)
  const orphans: string[] = []
  const suffix = `.${format.extension}`
  let found = false
  for await (const names of listNames(root, folder, nested, new Set(), problems)) {
    found = true
    for (const name of names) {
      if (!name.endsWith(suffix)) continue
      const id = name.slice(0, -suffix.length)
      const index = indexOf.get(id)
      if (index !== undefined) present[index] = 1
      else if (!photos.has(id)) orphans.push(name)
    }
  }
  if (orphans.length > 0) {
    const message = `${orphans.length} labels in ${folder}/ have no photo and are not used: ${firstOf(orphans)}`
    problems.add(newProblem('', folder, 'sample_missing', message))
  }
  return found ? present : null
}

/**
 * Names below a folder, relative to it, one batch per folder; those below are looked into with `nested`. Nothing when
 * the folder does not exist; a folder that leads out of the root is a problem. Links to folders are not followed.
 */
async function* listNames(
  root: string,
  folder: string,
  nested: boolean,
  skip: ReadonlySet<string>,
  problems: ProblemLog,
): AsyncGenerator<string[]> {
  let top: string
  try {
    top = await resolveInside(root, folder === '' ? '.' : folder)
    if (!nested) {
      yield await readdir(top)
      return
    }
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'file_missing') && !isMissing(error))
      problems.add(problemOf('', folder, error))
    return
  }
  const waiting = [{ path: '', depth: 0 }]
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { path, depth } = next
    const prefix = path === '' ? '' : `${path}/`
    try {
      const entries = await readdir(path === '' ? top : `${top}/${path}`, { withFileTypes: true })
      const names: string[] = []
      for (const entry of entries) {
        const name = prefix + entry.name
        if (!entry.isDirectory()) names.push(name)
        else if (entry.name.startsWith('.') || skip.has(folder === '' ? name : `${folder}/${name}`)) continue
        else if (depth < MAX_DEPTH) waiting.push({ path: name, depth: depth + 1 })
        else throw new AppError('file_unsupported', `${name} lies more than ${MAX_DEPTH} folders deep`)
      }
      yield names
    } catch (error) {
      problems.add(problemOf('', path, error))
    }
  }
}

/** One problem for photos that no split lists. */
function noteUnlisted(
  layout: Layout,
  photos: ReadonlyMap<string, string>,
  indexOf: ReadonlyMap<string, number>,
  problems: ProblemLog,
): void {
  const names = [...photos].filter(([id]) => !indexOf.has(id)).map(([id, extension]) => `${id}.${extension}`)
  if (names.length === 0) return
  const lists = typeof layout.splits === 'string' ? `list of ${layout.splits}/` : 'list'
  const message = `${names.length} photos are in no ${lists} and are not shown: ${firstOf(names)}`
  problems.add(newProblem('', layout.photos.folder, 'sample_missing', message))
}

function firstOf(names: string[]): string {
  return names.sort().slice(0, 5).join(', ') + (names.length > 5 ? ', ...' : '')
}
