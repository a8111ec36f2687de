import { readdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path/posix'
import type { SampleProblem } from '../../../shared/contract'
import { AppError, problemFrom } from '../../../shared/errors'
import { TASKS, type TaskId } from '../../../shared/tasks'
import { resolveInside } from '../../files/safe-path'
import { PROJECT_FOLDER } from '../../project/location'
import type { Workspace } from '../../services'
import { differenceWithin } from '../check'
import type { Draft, Encoded, Unit, Wanted } from '../format'
import { labelOf, readCorrected } from '../labels'
import { REPORT_FILE } from '../target'

/** The folder as it is, but for labels with corrections; of those alone when asked. */
export async function draftCopy(workspace: Workspace, { onlyCorrected }: Wanted): Promise<Draft> {
  const { dataset, project } = workspace
  const skipped: SampleProblem[] = []
  const labels: Unit[] = []
  for (const sample of project.correctedIds())
    for (const task of project.correctedTasks(sample)) {
      const source = dataset.hasLabel(sample, task) ? dataset.labelFile(sample, task) : null
      const files = [dataset.writeFile(sample, task)]
      labels.push({ files, sample, task, source, corrected: true, copy: false })
    }
  const base = { texts: [], losses: lossesOf(workspace, labels), notExported: [], skipped }
  if (onlyCorrected) return { ...base, units: labels, folders: [] }
  const written = new Set(labels.flatMap(({ files }) => files))
  const tree = await listTree(dataset.root, skipped)
  const copies = tree.files
    .filter((file) => !written.has(file) && file !== REPORT_FILE)
    .map((file): Unit => {
      return { files: [file], sample: null, task: null, source: file, corrected: false, copy: true }
    })
  return { ...base, units: [...copies, ...labels], folders: tree.folders }
}

/** What corrected labels lose in their own encoding, and where they go when the source is derived from something else. */
function lossesOf({ dataset }: Workspace, labels: readonly Unit[]): string[] {
  const sentences = new Set<string>()
  for (const unit of labels) {
    const { sample, task } = labelOf(unit)
    const { label } = TASKS[task]
    const tolerance = dataset.encodingTolerance(sample, task)
    if (tolerance > 0)
      sentences.add(
        `${label}: corrected pixels are rounded to the file's encoding (at most ${tolerance.toPrecision(1)} off); the others are kept.`,
      )
    const [file = ''] = unit.files
    if (unit.source !== null && unit.source !== file)
      sentences.add(
        `${label}: corrected labels go to ${dirname(file)}/, because they are derived from ${dirname(unit.source)}/, ` +
          'which stays as it is; a loader that reads only the latter does not see them.',
      )
  }
  return [...sentences]
}

/** A corrected label in the encoding of the file it replaces; the original when the corrections cannot be read. */
export async function encodeCorrected(workspace: Workspace, unit: Unit): Promise<Encoded> {
  const { dataset } = workspace
  const { sample, task } = labelOf(unit)
  const [file = ''] = unit.files
  const replaces = unit.source === file
  try {
    const { map, originalBytes, correction, problems } = await readCorrected(workspace, unit)
    const original = replaces ? originalBytes : null
    const bytes = original && !correction ? original : await dataset.encodeLabel(sample, task, map, original)
    const check = async (readBack: Uint8Array<ArrayBuffer>): Promise<number> => {
      const found = await dataset.decodeLabel(sample, task, readBack, file)
      return differenceWithin(file, map, found, dataset.encodingTolerance(sample, task))
    }
    return { files: [{ file, bytes, check }], correction, lost: {}, problems }
  } catch (error) {
    if (!replaces || !(error instanceof AppError)) throw error
    const original = await dataset.readLabelFile(sample, task)
    if (!original) throw error
    return keptOriginal(sample, task, file, original, error)
  }
}

function keptOriginal(
  sample: string,
  task: TaskId,
  file: string,
  original: Uint8Array<ArrayBuffer>,
  { code, message }: AppError,
): Encoded {
  const check = async (readBack: Uint8Array): Promise<number> => {
    if (Buffer.compare(readBack, original) === 0) return 0
    throw new AppError('export_mismatch', `${file} differs from its source after copying`)
  }
  const problem = { sample, file, code, message: `the original ${task} was kept: ${message}` }
  return { files: [{ file, bytes: original, check }], correction: null, lost: {}, problems: [problem] }
}

/** Every file and folder below the root but the corrections. Links that leave the folder and devices are skipped. */
async function listTree(
  root: string,
  skipped: SampleProblem[],
): Promise<{ files: string[]; folders: string[] }> {
  const files: string[] = []
  const folders: string[] = []
  const skip = (file: string, error: unknown): void => {
    const { code, message } = problemFrom(error)
    skipped.push({ sample: '', file, code, message })
  }
  const visit = async (folder: string, seen: readonly string[]): Promise<void> => {
    const entries = await readdir(join(root, folder), { withFileTypes: true })
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const { name } = entry
      if (folder === '' && name === PROJECT_FOLDER) continue
      const path = folder === '' ? name : `${folder}/${name}`
      try {
        // Only a link or a folder can lead elsewhere; asking the system for every file takes minutes at 500,000.
        if (entry.isFile()) {
          files.push(path)
          continue
        }
        const real = await resolveInside(root, path)
        const info = await stat(real)
        if (info.isFile()) files.push(path)
        else if (info.isDirectory() && !seen.includes(real)) {
          folders.push(path)
          await visit(path, [...seen, real])
        } else
          throw new AppError('file_unsupported', `${path} is neither a file nor a folder that can be copied`)
      } catch (error) {
        skip(path, error)
      }
    }
  }
  await visit('', [root])
  return { files, folders }
}
