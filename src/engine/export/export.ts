import { createHash, randomUUID } from 'node:crypto'
import { copyFile, mkdir, readFile, rename, rm, rmdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { AppError } from '../../shared/errors'
import type { DenseMap } from '../../shared/maps'
import { syncFolder, writeAtomic, writeFailed } from '../files/atomic-write'
import { mapConcurrent } from '../files/concurrent'
import { resolveInside } from '../files/safe-path'
import { VERSION } from '../install'
import type { Progress } from '../jobs'
import type { Workspace } from '../services'
import { exportFormat } from './formats'
import { planExport, REPORT_FILE, type Plan, type PlannedLabel } from './plan'
import { classDeltas, countChanged, type CorrectedFile, type Report } from './report'
import { isMissing } from '../files/errno'

/** Files copied and compared at a time. */
const FILES_AT_ONCE = 4

export interface ExportRequest {
  readonly out: string
  readonly format: string
  /** Write the corrected label files alone, to be laid over a copy of the data set. */
  readonly onlyCorrected: boolean
  readonly dryRun: boolean
}

/**
 * Writes the data set with its corrections to a new folder. Files nobody corrected are copied and compared by SHA-256;
 * corrected ones are encoded as their originals were, read back, decoded and compared with the corrected map. All of it
 * happens in a folder beside the target that is renamed at the end, or removed on failure and cancel.
 * Throws `bad_arguments`, `export_refused`, `export_mismatch`, `write_failed`, `cancelled`.
 */
export async function exportDataset(
  workspace: Workspace,
  request: ExportRequest,
  progress: Progress,
  signal: AbortSignal,
): Promise<Report> {
  const format = exportFormat(request.format)
  const { dataset } = workspace
  if (dataset.layout !== format.layout)
    throw new AppError('bad_arguments', `a ${dataset.layout} data set cannot be written as ${format.name}`)
  const plan = await planExport(workspace, request.out, request.onlyCorrected)
  const base = {
    tool: 'mq-studio',
    version: VERSION,
    format: format.name,
    source: dataset.root,
    out: plan.out,
    dryRun: request.dryRun,
    onlyCorrected: request.onlyCorrected,
    samples: Object.values(dataset.splits).flat().length,
    files: plan.copies.length + plan.labels.length,
    changed: plan.labels.length,
  }
  if (request.dryRun) return { ...base, verified: 0, skipped: plan.skipped, corrections: [], sha256: {} }
  const temporary = join(dirname(plan.out), `.${basename(plan.out)}.${randomUUID()}.tmp`)
  try {
    const written = await write(workspace, plan, temporary, progress, signal)
    const report: Report = { ...base, ...written, skipped: plan.skipped }
    await writeAtomic(join(temporary, REPORT_FILE), `${JSON.stringify(report, null, 2)}\n`)
    throwIfAborted(signal)
    await rmdir(plan.out).catch(ignoreMissing)
    await rename(temporary, plan.out)
    await syncFolder(dirname(plan.out))
    return report
  } catch (error) {
    await rm(temporary, { recursive: true, force: true })
    throw writeFailed(plan.out, error)
  }
}

async function write(
  workspace: Workspace,
  plan: Plan,
  target: string,
  progress: Progress,
  signal: AbortSignal,
): Promise<Pick<Report, 'verified' | 'corrections' | 'sha256'>> {
  const { root } = workspace.dataset
  await mkdir(target)
  for (const folder of plan.folders) await mkdir(join(target, folder), { recursive: true })
  const total = plan.copies.length + plan.labels.length
  let done = 0
  const hashes = await mapConcurrent(plan.copies, FILES_AT_ONCE, async ({ file }) => {
    throwIfAborted(signal)
    const sha256 = await copyVerified(await resolveInside(root, file), join(target, file), file)
    progress(++done, total, file)
    return [file, sha256] as const
  })
  const corrections: CorrectedFile[] = []
  for (const label of plan.labels) {
    throwIfAborted(signal)
    const bytes = await writeVerified(workspace, label, target, corrections)
    hashes.push([label.file, hash(bytes)])
    progress(++done, total, label.file)
  }
  return { verified: done, corrections, sha256: Object.fromEntries(hashes) }
}

async function copyVerified(from: string, to: string, file: string): Promise<string> {
  await copyFile(from, to)
  const [source, copy] = [hash(await readFile(from)), hash(await readFile(to))]
  if (source !== copy) throw new AppError('export_mismatch', `${file} differs from its source after copying`)
  return copy
}

async function writeVerified(
  { dataset, project }: Workspace,
  { file, sample, task }: PlannedLabel,
  target: string,
  corrections: CorrectedFile[],
): Promise<Uint8Array> {
  const corrected = await project.read(sample, task)
  const before = await dataset.readOrEmpty(sample, task)
  // A label that goes to another file than it was read from has nothing to be encoded like.
  const original = dataset.labelFile(sample, task) === file ? await dataset.readLabelFile(sample, task) : null
  await mkdir(dirname(join(target, file)), { recursive: true })
  await writeAtomic(join(target, file), await dataset.encodeLabel(sample, task, corrected.map, original))
  const bytes = await readFile(join(target, file))
  const rounding = largestDifference(corrected.map, await dataset.decodeLabel(sample, task, bytes, file))
  // float32 arithmetic may exceed the exact half step by one part in a million.
  const tolerance = dataset.encodingTolerance(sample, task) * (1 + 1e-5)
  if (!(rounding <= tolerance))
    throw new AppError(
      'export_mismatch',
      `${file} read back differs from the corrected map by ${rounding}; ${tolerance} is allowed`,
    )
  const classes = dataset.tasks.find((info) => info.id === task)?.classes ?? null
  corrections.push({
    file,
    sample,
    task,
    revision: corrected.revision,
    pixelsChanged: countChanged(before, corrected.map),
    rounding,
    classPixels: classes && classDeltas(before, corrected.map, classes),
  })
  return bytes
}

/** Infinity when the maps differ in kind or size. */
function largestDifference(a: DenseMap, b: DenseMap): number {
  if (a.kind !== b.kind || a.width !== b.width || a.height !== b.height) return Infinity
  let largest = 0
  for (let i = 0; i < a.data.length; i++) largest = Math.max(largest, Math.abs(a.data[i]! - b.data[i]!))
  return largest
}

function hash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new AppError('cancelled', 'the export was cancelled; nothing was left behind')
}

function ignoreMissing(error: unknown): void {
  if (!isMissing(error)) throw error
}
