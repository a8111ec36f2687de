import { readdir, realpath, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { SampleProblem } from '../../shared/contract'
import { AppError, problemFrom } from '../../shared/errors'
import type { TaskId } from '../../shared/tasks'
import { isInside, resolveInside } from '../files/safe-path'
import { PROJECT_FOLDER } from '../project/location'
import type { Workspace } from '../services'

export const REPORT_FILE = 'report.json'

export interface PlannedCopy {
  /** Relative to both roots, forward slashes. */
  readonly file: string
}
export interface PlannedLabel {
  readonly file: string
  readonly sample: string
  readonly task: TaskId
}
/** Everything an export will write. */
export interface Plan {
  readonly out: string
  readonly folders: readonly string[]
  readonly copies: readonly PlannedCopy[]
  readonly labels: readonly PlannedLabel[]
  readonly skipped: readonly SampleProblem[]
}

/** Lists what will be written; writes nothing. Throws `export_refused` for a target that must not be written to. */
export async function planExport(
  workspace: Workspace,
  target: string,
  onlyCorrected: boolean,
): Promise<Plan> {
  const { dataset, project } = workspace
  const out = await checkTarget(dataset.root, resolve(target))
  const skipped: SampleProblem[] = []
  const labels: PlannedLabel[] = []
  for (const id of project.correctedIds())
    for (const task of project.correctedTasks(id)) {
      const file = dataset.writeFile(id, task)
      try {
        const { changed, problems } = await project.read(id, task)
        if (changed) labels.push({ file, sample: id, task })
        skipped.push(...problems)
      } catch (error) {
        const { code, message } = problemFrom(error)
        skipped.push({ sample: id, file, code, message: `the original was kept: ${message}` })
      }
    }
  const corrected = new Set(labels.map(({ file }) => file))
  if (onlyCorrected) {
    const folders = [...new Set(labels.map(({ file }) => dirname(file)))]
    return { out, folders, copies: [], labels, skipped }
  }
  const tree = await listTree(dataset.root, skipped)
  const copies = tree.files
    .filter((file) => !corrected.has(file) && file !== REPORT_FILE)
    .map((file) => ({ file }))
  return { out, folders: tree.folders, copies, labels, skipped }
}

/** The target's path with its parent's links resolved, so that it can be compared with the source. */
async function checkTarget(root: string, out: string): Promise<string> {
  const parent = await realpath(dirname(out)).catch((cause: unknown) => {
    throw new AppError('export_refused', `${dirname(out)} does not exist; create it first`, undefined, {
      cause,
    })
  })
  const existing = await realpath(out).catch(() => null)
  const real = existing ?? join(parent, out.slice(dirname(out).length))
  if (isInside(root, real) || isInside(real, root))
    throw new AppError(
      'export_refused',
      `${real} and the data set ${root} lie inside each other; choose a folder elsewhere`,
    )
  if (existing === null) return real
  if (!(await stat(real)).isDirectory())
    throw new AppError('export_refused', `${real} is a file; choose a new folder`)
  if ((await readdir(real)).length > 0)
    throw new AppError('export_refused', `${real} is not empty; choose a new or empty folder`)
  return real
}

/** Every file and folder below the root but the corrections. Links that leave the folder and devices are skipped. */
async function listTree(
  root: string,
  skipped: SampleProblem[],
): Promise<{ files: string[]; folders: string[] }> {
  const files: string[] = []
  const folders: string[] = []
  const visit = async (folder: string, seen: readonly string[]): Promise<void> => {
    const entries = await readdir(join(root, folder), { withFileTypes: true })
    for (const { name } of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (folder === '' && name === PROJECT_FOLDER) continue
      const path = folder === '' ? name : `${folder}/${name}`
      try {
        const real = await resolveInside(root, path)
        const info = await stat(real)
        if (info.isFile()) files.push(path)
        else if (info.isDirectory() && !seen.includes(real)) {
          folders.push(path)
          await visit(path, [...seen, real])
        } else
          throw new AppError('file_unsupported', `${path} is neither a file nor a folder that can be copied`)
      } catch (error) {
        const { code, message } = problemFrom(error)
        skipped.push({ sample: '', file: path, code, message })
      }
    }
  }
  await visit('', [root])
  return { files, folders }
}
