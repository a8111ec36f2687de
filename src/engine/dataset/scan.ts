import { open, readdir, type FileHandle } from 'node:fs/promises'
import type { SampleProblem } from '../../shared/contract'
import { AppError, problemFrom } from '../../shared/errors'
import { NPY_HEADER_LIMIT } from '../codecs/npy'
import { PNG_HEADER_BYTES, readPngChunks, readPngHeader } from '../codecs/png-chunks'
import { mapConcurrent } from '../files/concurrent'
import { readInside, resolveInside } from '../files/safe-path'
import type { TaskId } from '../../shared/tasks'
import type { SampleInfo } from './dataset'
import type { Size } from './formats/format'
import type { Layout } from './layout'

type ReadSize = (start: Uint8Array, fileSize: number, file: string) => Size

/** File names by folder, and whether each is a symbolic link. */
type Folders = ReadonlyMap<string, ReadonlyMap<string, boolean>>

interface Scan {
  /** Which of the layout's folders exist. */
  readonly folders: ReadonlySet<string>
  readonly samples: ReadonlyMap<string, SampleInfo>
  readonly problems: readonly SampleProblem[]
}

/** First bytes read of every file: enough for PNG headers and for any npy header numpy writes. */
const FIRST_READ = 512
const FILES_AT_ONCE = 16
const PNG_END = Uint8Array.of(0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82)

/** Looks at the headers of every sample's files; what is wrong is listed and does not fail the folder. */
export async function scanSamples(
  root: string,
  layout: Layout,
  splits: Readonly<Record<string, readonly string[]>>,
): Promise<Scan> {
  const problems: SampleProblem[] = []
  const folders = await listFolders(root, layout, problems)
  const listed = Object.entries(splits).flatMap(([split, ids]) => ids.map((id) => ({ id, split })))
  const scanned = await mapConcurrent(listed, FILES_AT_ONCE, ({ id, split }) =>
    scanSample(root, layout, folders, id, split),
  )
  return {
    folders: new Set(folders.keys()),
    samples: new Map(scanned.map(({ info }) => [info.id, info])),
    problems: [
      ...problems,
      ...scanned.flatMap((sample) => sample.problems),
      ...unlisted(layout, folders, new Set(listed.map(({ id }) => id))),
    ],
  }
}

async function scanSample(
  root: string,
  layout: Layout,
  folders: Folders,
  id: string,
  split: string,
): Promise<{ info: SampleInfo; problems: SampleProblem[] }> {
  const problems: SampleProblem[] = []
  const look = async (folder: string, extension: string, readSize: ReadSize): Promise<Size | null> => {
    const file = `${folder}/${id}.${extension}`
    try {
      const linked = folders.get(folder)?.get(`${id}.${extension}`)
      if (linked === undefined) throw new AppError('file_missing', `${file} is missing`)
      const path = linked ? await resolveInside(root, file) : `${root}/${file}`
      return await readHeader(root, path, file, readSize)
    } catch (error) {
      const { code, message } = problemFrom(error)
      problems.push({ sample: id, file, code, message })
      return null
    }
  }
  const photo = await look(layout.photos.folder, layout.photos.extension, (start, _size, file) =>
    readPngHeader(start, file),
  )
  const labels: TaskId[] = []
  for (const { folder, format, task } of layout.labels) {
    if (!folders.has(folder)) continue
    const size = await look(folder, format.extension, (...start) => {
      const found = format.readSize(...start)
      if (photo && (found.width !== photo.width || found.height !== photo.height))
        throw new AppError(
          'size_mismatch',
          `${start[2]} has ${sizeText(found)} pixels, the photo ${sizeText(photo)}`,
        )
      return found
    })
    if (size) labels.push(task.id)
  }
  return { info: { id, split, width: photo?.width ?? 0, height: photo?.height ?? 0, labels }, problems }
}

function sizeText({ width, height }: Size): string {
  return `${width}x${height}`
}

/** File names by folder, and whether each is a symbolic link; folders that cannot be used are absent. */
async function listFolders(root: string, layout: Layout, problems: SampleProblem[]): Promise<Folders> {
  const folders = new Map<string, Map<string, boolean>>()
  for (const folder of [layout.photos.folder, ...layout.labels.map((label) => label.folder)]) {
    try {
      const entries = await readdir(await resolveInside(root, folder), { withFileTypes: true })
      folders.set(folder, new Map(entries.map((entry) => [entry.name, entry.isSymbolicLink()])))
    } catch (error) {
      const { code, message } = problemFrom(error)
      if (code !== 'file_missing') problems.push({ sample: '', file: folder, code, message })
    }
  }
  return folders
}

async function readHeader(root: string, path: string, file: string, readSize: ReadSize): Promise<Size> {
  const handle = await open(path)
  try {
    const info = await handle.stat()
    if (!info.isFile()) throw new AppError('file_malformed', `${file} is not a file`)
    let start = await readAt(handle, 0, Math.min(FIRST_READ, info.size))
    if (file.endsWith('.npy') && start[6] !== 1)
      start = await readAt(handle, 0, Math.min(NPY_HEADER_LIMIT, info.size))
    const size = readSize(start, info.size, file)
    if (file.endsWith('.png')) await checkPngEnd(root, handle, info.size, file)
    return size
  } finally {
    await handle.close()
  }
}

/** A file that does not end with the end chunk is read whole: it is either cut off or carries bytes after its end. */
async function checkPngEnd(root: string, handle: FileHandle, fileSize: number, file: string): Promise<void> {
  const from = Math.max(PNG_HEADER_BYTES, fileSize - PNG_END.length)
  const tail = await readAt(handle, from, fileSize - from)
  const complete = tail.length === PNG_END.length && tail.every((byte, index) => byte === PNG_END[index])
  if (!complete) readPngChunks(await readInside(root, file), file)
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, position)
  return buffer.subarray(0, bytesRead)
}

/** One problem for photos that no split lists. */
function unlisted(layout: Layout, folders: Folders, listed: ReadonlySet<string>): SampleProblem[] {
  const suffix = `.${layout.photos.extension}`
  const names = [...(folders.get(layout.photos.folder)?.keys() ?? [])]
    .filter((name) => name.endsWith(suffix) && !listed.has(name.slice(0, -suffix.length)))
    .sort()
  if (names.length === 0) return []
  const shown = names.slice(0, 5).join(', ') + (names.length > 5 ? ', ...' : '')
  const message = `${names.length} photos are in no list of ${layout.splits}/ and are not shown: ${shown}`
  return [{ sample: '', file: layout.photos.folder, code: 'sample_missing', message }]
}
