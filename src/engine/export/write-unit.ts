import { createHash } from 'node:crypto'
import { createReadStream, statSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { faultOf, problemFrom } from '../../shared/errors'
import type { ExportOptions } from '../../shared/export'
import { writeFailed } from '../files/atomic-write'
import { ownBytes } from '../files/safe-path'
import type { Workspace } from '../services'
import type { Copier } from './copy-file'
import type { ExportFormat, Unit } from './format'
import type { Written } from './journal'

/** What every unit of one export needs. */
export interface Job {
  readonly workspace: Workspace
  readonly format: ExportFormat
  readonly options: ExportOptions
  readonly folders: { readonly files: string; readonly fragments: string }
  readonly copier: Copier
}

/**
 * Writes one unit's files, reads them back and compares. `known` is what an earlier, stopped export says of this unit:
 * when its sources are unchanged and its files have the hashes noted, nothing is written. Throws `write_failed` (from
 * the system), `export_mismatch`, `internal`.
 */
export async function writeUnit(job: Job, unit: Unit, known: Written | null): Promise<Written> {
  const stamp = stampOf(job.workspace, unit)
  if (known && known.stamp === stamp && known.files.length > 0 && (await holds(job.folders.files, known)))
    return known
  const base = { unit: unit.files[0] ?? '', stamp, correction: null, rounding: 0, lost: {}, problems: [] }
  try {
    if (unit.copy) return { ...base, files: [await copyVerified(job, unit)] }
    return { ...base, ...(await encodeVerified(job, unit)) }
  } catch (error) {
    const { code, message } = problemFrom(error)
    if (faultOf(code) !== 'file') throw error
    const problem = { sample: unit.sample ?? '', file: unit.source ?? base.unit, code, message }
    return { ...base, files: [], problems: [problem] }
  }
}

async function encodeVerified(
  { workspace, format, options, folders }: Job,
  unit: Unit,
): Promise<Pick<Written, 'files' | 'correction' | 'rounding' | 'lost' | 'problems'>> {
  const { files, correction, lost, fragment, problems } = await format.encode(workspace, unit, options)
  if (fragment !== undefined) await put(fragmentPath(folders.fragments, unit), JSON.stringify(fragment))
  const written: Written['files'] = []
  let rounding = 0
  for (const { file, bytes, check } of files) {
    await put(join(folders.files, file), bytes)
    const readBack = ownBytes(await readFile(join(folders.files, file)))
    rounding = Math.max(rounding, await check(readBack))
    written.push({ file, sha256: sha256(readBack), bytes: readBack.byteLength })
  }
  return { files: written, correction, rounding, lost: { ...lost }, problems: [...(problems ?? [])] }
}

async function copyVerified({ copier, folders }: Job, { source, files }: Unit): Promise<Written['files'][0]> {
  const file = files[0] ?? ''
  const to = join(folders.files, file)
  try {
    return { file, ...(await copier.copy(source ?? '', to)) }
  } catch (cause) {
    throw writeFailed(to, cause)
  }
}

/** Not synced to the disk file by file, which would take longer than everything else; the report has every hash. */
async function put(path: string, bytes: Uint8Array | string): Promise<void> {
  try {
    await writeFile(path, bytes)
  } catch (cause) {
    throw writeFailed(path, cause)
  }
}

/** Size and time of the source and of the stored corrections; another program's change gives another stamp. */
function stampOf({ dataset, project }: Workspace, unit: Unit): string {
  const { sample, task, source, corrected } = unit
  const paths = source === null ? [] : [join(dataset.root, source)]
  if (corrected && sample !== null && task !== null)
    for (const extension of ['jsonl', 'map'])
      paths.push(join(project.location.path, 'corrections', task, `${sample}.${extension}`))
  return paths
    .map((path) => {
      const info = statSync(path, { throwIfNoEntry: false })
      return info ? `${info.size}@${info.mtimeMs}` : '-'
    })
    .join(' ')
}

async function holds(root: string, { files }: Written): Promise<boolean> {
  for (const { file, sha256: expected } of files)
    if ((await sha256Of(join(root, file)).catch(() => null)) !== expected) return false
  return true
}

/** Where a unit's fragment is kept until the text files are written. */
export function fragmentPath(folder: string, unit: Unit): string {
  return join(
    folder,
    `${createHash('sha1')
      .update(unit.files[0] ?? '')
      .digest('hex')}.json`,
  )
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** Of a file of any size. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

/** Every folder the units' files lie in. */
export function foldersOf(units: readonly Unit[]): string[] {
  return [...new Set(units.flatMap(({ files }) => files.map((file) => dirname(file))))]
}
