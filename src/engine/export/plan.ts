import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { AppError } from '../../shared/errors'
import { mapConcurrent } from '../files/concurrent'
import { resolveInside } from '../files/safe-path'
import { VERSION } from '../install'
import type { Workspace } from '../services'
import type { ExportRequest } from './request'
import type { Draft, ExportFormat, Unit } from './format'
import { exportFormat } from './formats'
import { readJournal, type Written } from './journal'
import { checkTarget, freeBytes, isMoving, journalIn, type Target } from './target'

/** Labels of one task that are encoded to estimate the size of all of them. */
const ENCODED_FOR_ESTIMATE = 3
const FILES_AT_ONCE = 16

/** Everything an export will write, and what it needs. */
export interface Plan {
  readonly target: Target
  readonly draft: Draft
  /** Of all files: copies exactly, encoded ones from a few of them. */
  readonly bytes: number
  /** Still to be copied, which is the least that must be free. */
  readonly missing: number
  readonly free: number
  /** What a stopped export of the same kind has finished; null when there is none to continue. */
  readonly known: ReadonlyMap<string, Written> | null
  /** Tells this export from any other to the same target. */
  readonly fingerprint: string
}

/** Lists what will be written; writes nothing but pending corrections. Throws `export_refused`, `bad_arguments`. */
export async function planExport(workspace: Workspace, request: ExportRequest): Promise<Plan> {
  const { dataset, project } = workspace
  const format = exportFormat(request.format)
  await project.flush()
  const target = await checkTarget([dataset.root, project.location.path], request.out)
  const draft = await format.draft(workspace, request)
  const fingerprint = fingerprintOf(workspace, request)
  const known = request.restart ? null : await readJournal(journalIn(target), fingerprint)
  if (!known && isMoving(target))
    throw new AppError(
      'export_refused',
      `${target.out} holds an export that was stopped at its last step; repeat that one or choose a new folder`,
    )
  const there = [...(known?.values() ?? [])].flatMap(({ files }) => files)
  const copied = await copiedBytes(dataset.root, draft.units)
  const encoded = await estimate(workspace, format, request, draft.units)
  return {
    target,
    draft,
    bytes: copied + encoded,
    missing: Math.max(0, copied - there.reduce((sum, { bytes }) => sum + bytes, 0)),
    free: await freeBytes(target),
    known: known && known.size > 0 ? known : null,
    fingerprint,
  }
}

async function copiedBytes(root: string, units: readonly Unit[]): Promise<number> {
  const copies = units.filter(({ copy }) => copy)
  const sizes = await mapConcurrent(copies, FILES_AT_ONCE, async ({ source }) => {
    try {
      return (await stat(await resolveInside(root, source ?? ''))).size
    } catch {
      return 0 // It is named when it cannot be copied.
    }
  })
  return sizes.reduce((sum, size) => sum + size, 0)
}

/** Encodes a few labels of each task, spread over the data set, and scales their size up. */
async function estimate(
  workspace: Workspace,
  format: ExportFormat,
  { options }: ExportRequest,
  units: readonly Unit[],
): Promise<number> {
  const byTask = new Map<string | null, Unit[]>()
  for (const unit of units) {
    if (unit.copy) continue
    const same = byTask.get(unit.task)
    if (same) same.push(unit)
    else byTask.set(unit.task, [unit])
  }
  let bytes = 0
  for (const same of byTask.values()) {
    const some = Array.from({ length: Math.min(ENCODED_FOR_ESTIMATE, same.length) }, (_, index) =>
      Math.floor(((index + 0.5) * same.length) / Math.min(ENCODED_FOR_ESTIMATE, same.length)),
    )
    let [sum, count] = [0, 0]
    for (const index of some)
      try {
        const { files, fragment } = await format.encode(workspace, same[index]!, options)
        sum += files.reduce((total, file) => total + file.bytes.byteLength, 0)
        sum += fragment === undefined ? 0 : JSON.stringify(fragment).length
        count++
      } catch (error) {
        // A label that cannot be read is named by the export; the others tell the size.
        if (!(error instanceof AppError)) throw error
      }
    if (count > 0) bytes += Math.round((sum / count) * same.length)
  }
  return bytes
}

function fingerprintOf({ dataset }: Workspace, request: ExportRequest): string {
  const { format, options, onlyCorrected } = request
  const what = [VERSION, dataset.root, dataset.layout, format, options, onlyCorrected]
  return createHash('sha256').update(JSON.stringify(what)).digest('hex')
}
