import { opendir } from 'node:fs/promises'
import { isJpeg, readJpegHeader } from '../../codecs/jpeg-header'
import { decodeNpy } from '../../codecs/npy'
import { decodePng } from '../../codecs/png'
import { readInside } from '../../files/safe-path'

/** Folders looked into, files of one that are listed, and files of one that are opened. */
const MAX_FOLDERS = 300
const MAX_NAMES = 200_000
const OPENED = 4
/** Values of one file that are looked at. */
const MAX_VALUES = 4_000_000
const EXTENSIONS = ['png', 'jpg', 'jpeg', 'npy', 'txt'] as const
type Extension = (typeof EXTENSIONS)[number]

/** The files of one extension in one folder. */
export interface Group {
  /** `.` for the root. */
  readonly dir: string
  readonly ext: Extension
  /** Paths below `dir` without extension. */
  readonly ids: string[]
}

/** What is in a few files of a group. */
export interface Content {
  readonly kind: 'rgb' | 'grey' | 'palette' | 'plane' | 'vectors' | 'other'
  readonly bits: number
  readonly float: boolean
  readonly min: number
  readonly max: number
  /** Largest value that is not 255, which often is void; -1 when there is none. */
  readonly largestClass: number
  readonly has255: boolean
  readonly words: string
}

/** Every folder with files that could be photos, labels or lists. Hidden folders and links are left out. */
export async function findGroups(root: string): Promise<Group[]> {
  const groups = new Map<string, Group>()
  const waiting = ['']
  for (let at = 0; at < Math.min(waiting.length, MAX_FOLDERS); at++) {
    const folder = waiting[at]!
    let names = 0
    for await (const entry of await opendir(folder === '' ? root : `${root}/${folder}`)) {
      if (entry.name.startsWith('.')) continue
      if (entry.isDirectory()) waiting.push(folder === '' ? entry.name : `${folder}/${entry.name}`)
      if (!entry.isFile() || ++names > MAX_NAMES) continue
      const dot = entry.name.lastIndexOf('.')
      const ext = EXTENSIONS.find((one) => one === entry.name.slice(dot + 1).toLowerCase())
      if (dot <= 0 || !ext) continue
      const key = `${folder}/${ext}`
      const group = groups.get(key) ?? { dir: folder === '' ? '.' : folder, ext, ids: [] }
      group.ids.push(entry.name.slice(0, dot))
      groups.set(key, group)
    }
  }
  return mergeSplits([...groups.values()])
}

/** `rgb/train` and `rgb/val` are one group `rgb` with the ids `train/...` and `val/...`. */
function mergeSplits(groups: readonly Group[]): Group[] {
  const merged = new Map<string, Group>()
  for (const { dir, ext, ids } of groups) {
    const at = dir.lastIndexOf('/')
    const split = /^(train|val|valid|validation|test|dev)$/i.test(dir.slice(at + 1))
    const parent = !split ? dir : at < 0 ? '.' : dir.slice(0, at)
    const key = `${parent}/${ext}`
    const group = merged.get(key) ?? { dir: parent, ext, ids: [] }
    for (const id of ids) group.ids.push(split ? `${dir.slice(at + 1)}/${id}` : id)
    merged.set(key, group)
  }
  return [...merged.values()]
}

/** Looks into a few files spread over the group. Null when none can be read. */
export async function contentOf(root: string, { dir, ext, ids }: Group): Promise<Content | null> {
  const step = Math.max(1, Math.floor(ids.length / OPENED))
  let all: Content | null = null
  for (let at = 0; at < ids.length && at < step * OPENED; at += step) {
    const file = `${dir === '.' ? '' : `${dir}/`}${ids[at]}.${ext}`
    // A damaged file says nothing about the others.
    const one = await readContent(root, file, ext).catch(() => null)
    all = all && one ? joined(all, one) : (all ?? one)
  }
  return all
}

async function readContent(root: string, file: string, ext: Extension): Promise<Content> {
  const bytes = await readInside(root, file)
  if (isJpeg(bytes)) {
    const { width, height } = readJpegHeader(bytes, file)
    return measured('rgb', 8, false, [], `JPEG, ${width}x${height}`)
  }
  if (ext === 'npy') {
    const { dtype, shape, data } = decodeNpy(bytes, file)
    const plane = shape.length === 2 || (shape.length === 3 && shape[0] === 1)
    const kind = shape.length === 3 && shape[2] === 3 ? 'vectors' : plane ? 'plane' : 'other'
    const float = dtype.startsWith('f')
    return measured(kind, Number(dtype.slice(1)) * 8, float, data, `${dtype}, (${shape.join(', ')})`)
  }
  const { width, height, colour, depth, data } = await decodePng(bytes, file)
  const kind = colour === 'grey' || colour === 'palette' || colour === 'rgb' ? colour : 'other'
  return measured(kind, depth, false, data, `${depth}-bit ${colour}, ${width}x${height}`)
}

function measured(
  kind: Content['kind'],
  bits: number,
  float: boolean,
  data: ArrayLike<number>,
  words: string,
): Content {
  let [min, max, largestClass, has255] = [Infinity, -Infinity, -1, false]
  for (let i = 0; i < Math.min(data.length, MAX_VALUES); i++) {
    const value = data[i]!
    if (!Number.isFinite(value)) continue
    if (value < min) min = value
    if (value > max) max = value
    if (value === 255) has255 = true
    else if (value > largestClass) largestClass = value
  }
  return { kind, bits, float, min, max, largestClass, has255, words }
}

function joined(a: Content, b: Content): Content {
  return {
    ...a,
    kind: a.kind === b.kind ? a.kind : 'other',
    min: Math.min(a.min, b.min),
    max: Math.max(a.max, b.max),
    largestClass: Math.max(a.largestClass, b.largestClass),
    has255: a.has255 || b.has255,
  }
}
