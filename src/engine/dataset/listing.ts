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
    const labels = layout.labels.flatMap((label) => label.places)
    const skip = new Set(labels.map(({ folder }) => folder))
    const listPlaces = (indexOf: ReadonlyMap<string, number>): Promise<(PlaceFiles | null)[]> =>
      Promise.all(labels.map((place) => listPlace(root, place, nested, indexOf, problems)))
    const listed = layout.splits === null ? null : await readSplits(root, layout.splits, nested, problems)
    const early = listed && listPlaces(listed.indexOf)
    const photos = new Photos(layout, listed?.indexOf ?? null, problems)
    for await (const names of listNames(root, layout.photos.folder, nested, skip, problems)) photos.add(names)
    const { splits, indexOf } = listed ?? splitsOfPhotos(photos.found.keys())
    const splitAt = new Uint32Array(indexOf.size)
    let end = 0
    for (const [at, ids] of Object.values(splits).entries()) splitAt.fill(at, end, (end += ids.length))
    const places = new Map<LabelPlace, Uint8Array>()
    for (const [at, files] of (await (early ?? listPlaces(indexOf))).entries()) {
      const place = labels[at]!
      if (!files) continue
      places.set(place, files.present)
      noteOrphans(place, files.strays, photos.found, problems)
    }
    const photoAt = photos.placed(indexOf)
    if (listed) noteUnlisted(layout, photos.found, problems)
    return new Listing(
      layout,
      splits,
      indexOf,
      Object.keys(splits),
      splitAt,
      photoAt,
      photos.spellings,
      places,
    )
  }

  /** Takes in that a file appeared or vanished. Its sample's id; null when it belongs to none that is listed. */
  note(folder: string, name: string, exists: boolean): string | null {
    let found: string | null = null
    const dot = name.lastIndexOf('.')
    const extension = name.slice(dot + 1)
    const { photos } = this.layout
    if (folder === photos.folder && photos.extensions.includes(extension.toLowerCase())) {
      const index = this.indexOf.get(name.slice(0, dot))
      const spelling = this.spellings.indexOf(extension)
      if (index === undefined || (exists && spelling < 0)) return null
      this.photoAt[index] = exists ? 1 + spelling : 0
      found = name.slice(0, dot)
    }
    for (const [place, present] of this.places) {
      if (place.folder !== folder || extension !== place.format.extension) continue
      const index = this.indexOf.get(name.slice(0, dot))
      if (index === undefined) continue
      present[index] = exists ? 1 : 0
      found = name.slice(0, dot)
    }
    return found
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

/** Photos as they are listed: a byte for each that belongs to a list, the names of the others. */
class Photos {
  readonly spellings: string[] = []
  /** Index in `spellings` of photos that are in no list, by id. */
  readonly found = new Map<string, number>()
  private readonly at: Uint8Array

  constructor(
    private readonly layout: Layout,
    private readonly listed: ReadonlyMap<string, number> | null,
    private readonly problems: ProblemLog,
  ) {
    this.at = new Uint8Array(listed?.size ?? 0)
  }

  add(names: readonly string[]): void {
    for (const name of names) {
      const dot = name.lastIndexOf('.')
      const spelling = this.spelling(name.slice(dot + 1))
      if (dot < 0 || spelling < 0) continue
      const id = name.slice(0, dot)
      const index = this.listed?.get(id)
      const other = index === undefined ? this.found.get(id) : this.at[index]! - 1
      if (other !== undefined && other >= 0)
        this.refuse(id, name, `has the id of ${id}.${this.spellings[other]}`)
      else if (index !== undefined) this.at[index] = 1 + spelling
      else if (this.listed || isSafeId(id, this.layout.photos.nested)) this.found.set(id, spelling)
      else this.refuse('', name, 'cannot have its name as an id')
    }
  }

  /** By sample: 0 = no photo, else 1 + index in `spellings`. */
  placed(indexOf: ReadonlyMap<string, number>): Uint8Array {
    if (this.listed) return this.at
    const at = new Uint8Array(indexOf.size)
    for (const [id, spelling] of this.found) at[indexOf.get(id)!] = 1 + spelling
    return at
  }

  /** Index of an extension as it is spelt; -1 for one that is no photo's. */
  private spelling(extension: string): number {
    const known = this.spellings.indexOf(extension)
    if (known >= 0 || !this.layout.photos.extensions.includes(extension.toLowerCase())) return known
    return this.spellings.push(extension) - 1
  }

  private refuse(id: string, name: string, why: string): void {
    const { folder } = this.layout.photos
    const file = (folder === '' ? name : `${folder}/${name}`).slice(0, 300)
    this.problems.add(newProblem(id, file, 'file_malformed', `${file} ${why}; it is not used, rename it`))
  }
}

interface PlaceFiles {
  /** One byte per sample. */
  readonly present: Uint8Array
  /** Ids of labels that belong to no sample. */
  readonly strays: readonly string[]
}

/** Null when the folder cannot be used. */
async function listPlace(
  root: string,
  { folder, format }: LabelPlace,
  nested: boolean,
  indexOf: ReadonlyMap<string, number>,
  problems: ProblemLog,
): Promise<PlaceFiles | null> {
  const present = new Uint8Array(indexOf.size)
  const suffix = `.${format.extension}`
  const strays: string[] = []
  let found = false
  for await (const names of listNames(root, folder, nested, new Set(), problems)) {
    found = true
    for (const name of names) {
      if (!name.endsWith(suffix)) continue
      const id = name.slice(0, -suffix.length)
      const index = indexOf.get(id)
      if (index === undefined) strays.push(id)
      else present[index] = 1
    }
  }
  return found ? { present, strays } : null
}

/** One problem for labels of photos that do not exist; those of photos in no list are named with these. */
function noteOrphans(
  { folder }: LabelPlace,
  strays: readonly string[],
  unlisted: ReadonlyMap<string, unknown>,
  problems: ProblemLog,
): void {
  const orphans = strays.filter((id) => !unlisted.has(id))
  if (orphans.length === 0) return
  const message = `${orphans.length} labels in ${folder}/ have no photo and are not used: ${firstOf(orphans)}`
  problems.add(newProblem('', folder, 'sample_missing', message))
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
function noteUnlisted(layout: Layout, photos: ReadonlyMap<string, unknown>, problems: ProblemLog): void {
  if (photos.size === 0) return
  const lists = typeof layout.splits === 'string' ? `list of ${layout.splits}/` : 'list'
  const message = `${photos.size} photos are in no ${lists} and are not shown: ${firstOf([...photos.keys()])}`
  problems.add(newProblem('', layout.photos.folder, 'sample_missing', message))
}

function firstOf(names: string[]): string {
  return names.sort().slice(0, 5).join(', ') + (names.length > 5 ? ', ...' : '')
}
