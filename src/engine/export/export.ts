import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { AppError } from '../../shared/errors'
import type { ExportPlan } from '../../shared/export'
import { makeFolder, writeAtomic } from '../files/atomic-write'
import type { Progress } from '../jobs'
import { lockFolder } from '../project/lock'
import type { Workspace } from '../services'
import { Copier } from './copy-file'
import type { Unit } from './format'
import { exportFormat } from './formats'
import { JournalWriter, type Written } from './journal'
import { planExport, type Plan } from './plan'
import { plannedReport, reportOf, type Report } from './report'
import type { ExportRequest } from './request'
import {
  filesIn,
  fragmentsIn,
  isMoving,
  journalIn,
  publish,
  removeStrays,
  REPORT_FILE,
  takeBack,
  type Target,
} from './target'
import { writeTexts } from './texts'
import { threadsFor, throwIfAborted, writeUnits } from './threads'
import { foldersOf, type Job } from './write-unit'

/** Targets this process is writing to; other processes are kept out by a lock file. */
const running = new Set<string>()

/**
 * Writes the data set with its corrections to a new folder. Every file is read back: copies are compared byte by byte,
 * encoded labels decoded and compared with the map. All of it happens in a folder beside or inside the target; when
 * the export is stopped or fails, that folder stays, and the same request continues it after checking the hashes of
 * what is there. Throws `bad_arguments`, `export_refused`, `export_mismatch`, `write_failed`, `cancelled`.
 */
export async function exportDataset(
  workspace: Workspace,
  request: ExportRequest,
  progress: Progress,
  signal: AbortSignal,
): Promise<Report> {
  if (request.dryRun) return plannedReport(workspace, request, await planExport(workspace, request))
  const key = resolve(request.out)
  if (running.has(key))
    throw new AppError('export_refused', `another export is writing to ${key}; wait for it`)
  running.add(key)
  try {
    const plan = await planExport(workspace, request)
    const { out, staging } = plan.target
    if (plan.missing > plan.free)
      throw new AppError(
        'export_refused',
        `${out} needs ${plan.missing} bytes, ${plan.free} are free there; free some space or choose another folder`,
      )
    try {
      await makeFolder(staging)
      return await withLock(staging, () => write(workspace, request, plan, progress, signal))
    } catch (error) {
      throw withWhatIsKept(plan.target, error)
    }
  } finally {
    running.delete(key)
  }
}

/** What an export would write, in short. Throws as `exportDataset` does before it writes. */
export async function describeExport(workspace: Workspace, request: ExportRequest): Promise<ExportPlan> {
  const plan = await planExport(workspace, request)
  const { out, samples, files, changed, bytes, losses, notExported, skipped } = plannedReport(
    workspace,
    request,
    plan,
  )
  return {
    out,
    samples,
    files,
    changed,
    bytes,
    free: plan.free,
    losses: [...losses],
    notExported: [...notExported],
    skipped: skipped.length,
    resumable: plan.known && [...plan.known.values()].reduce((sum, one) => sum + one.files.length, 0),
  }
}

async function withLock<T>(staging: string, work: () => Promise<T>): Promise<T> {
  const unlock = await lockFolder(staging, 'exporting to this folder')
  try {
    return await work()
  } finally {
    await unlock()
  }
}

async function write(
  workspace: Workspace,
  request: ExportRequest,
  { target, draft, known, fingerprint }: Plan,
  progress: Progress,
  signal: AbortSignal,
): Promise<Report> {
  const folders = { files: filesIn(target), fragments: fragmentsIn(target) }
  const journal = new JournalWriter(journalIn(target))
  if (!known) {
    for (const path of [folders.files, folders.fragments, journalIn(target)])
      await rm(path, { recursive: true, force: true })
    journal.begin(fingerprint)
  } else if (isMoving(target)) await takeBack(target)
  const made = [...draft.folders, ...foldersOf(draft.units), ...draft.texts.map(({ file }) => dirname(file))]
  for (const folder of [folders.files, folders.fragments, ...made.map((name) => join(folders.files, name))])
    await makeFolder(folder)

  const job: Job = {
    workspace,
    format: exportFormat(request.format),
    options: request.options,
    folders,
    copier: new Copier(workspace.dataset.root),
  }
  const written = new Map<Unit, Written>()
  const threads = request.threads ?? threadsFor(draft.units.length)
  let resumed = 0
  await writeUnits(job, draft.units, known ?? new Map(), threads, signal, (unit, one, again) => {
    written.set(unit, one)
    if (again) resumed += one.files.length
    else journal.add(one)
    progress(written.size, draft.units.length, one.unit)
  }).finally(() => journal.drained())
  const texts = await writeTexts(draft.texts, folders, written)
  throwIfAborted(signal)
  const inOrder = draft.units.flatMap((unit) => {
    const one = written.get(unit)
    return one ? [[unit, one] as const] : []
  })
  const report = reportOf(workspace, request, target, draft, inOrder, texts, resumed)
  if (known) await removeStrays(target, new Set(Object.keys(report.sha256)))
  await writeAtomic(join(folders.files, REPORT_FILE), `${JSON.stringify(report, null, 2)}\n`)
  await publish(target)
  return report
}

/** Says where the finished files are and how to go on. */
function withWhatIsKept({ staging }: Target, error: unknown): unknown {
  if (!(error instanceof AppError) || !existsSync(staging)) return error
  if (error.code !== 'cancelled' && error.code !== 'write_failed') return error
  const message = `${error.message.replace(/\.?$/, '.')} What is finished is kept in ${staging}; the same export continues it`
  return new AppError(error.code, message, error.details, { cause: error })
}
