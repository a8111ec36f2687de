import { extname } from 'node:path/posix'
import type { SampleProblem, TaskInfo } from '../../shared/contract'
import { AppError } from '../../shared/errors'
import type { DenseMap } from '../../shared/maps'
import type { TaskId } from '../../shared/tasks'
import type { CorrectedMap } from '../project/project'
import type { Workspace } from '../services'
import type { Correction, TextFile, Unit, Wanted } from './format'
import { changesBetween } from './changes'

/** Ids by split: all of them, or those with corrections. */
export function wantedIds({ dataset, project }: Workspace, { onlyCorrected }: Wanted): [string, string[]][] {
  const corrected = onlyCorrected ? new Set(project.correctedIds()) : null
  return Object.entries(dataset.splits).map(([split, ids]) => [
    split,
    ids.filter((id) => corrected?.has(id) ?? true),
  ])
}

/** One unit per label that exists or was drawn; `filesOf` gives null for tasks that are not written. */
export function labelUnits(
  workspace: Workspace,
  wanted: Wanted,
  filesOf: (task: TaskInfo, id: string, split: string) => readonly string[] | null,
): Unit[] {
  const { dataset, project } = workspace
  const units: Unit[] = []
  for (const [split, ids] of wantedIds(workspace, wanted))
    for (const id of ids) {
      const correctedTasks = project.correctedTasks(id)
      for (const task of dataset.tasks) {
        const corrected = correctedTasks.includes(task.id)
        const labelled = dataset.hasLabel(id, task.id)
        const files = corrected || labelled ? filesOf(task, id, split) : null
        if (!files) continue
        const source = labelled ? dataset.labelFile(id, task.id) : null
        units.push({ files, sample: id, task: task.id, source, corrected, copy: false })
      }
    }
  return units
}

/** Copies of the photos as `images/<id>.<extension>`. */
export function photoUnits(workspace: Workspace, wanted: Wanted): Unit[] {
  return wantedIds(workspace, wanted)
    .flatMap(([, ids]) => ids)
    .map((id) => {
      const source = workspace.dataset.photoFile(id)
      const files = [`images/${id}${extname(source)}`]
      return { files, sample: id, task: null, source, corrected: false, copy: true }
    })
}

/** `<folder>/<split>.txt`, one id a line. */
export function splitTexts(workspace: Workspace, wanted: Wanted, folder: string): TextFile[] {
  return wantedIds(workspace, wanted).map(([split, ids]) => ({
    file: `${folder}/${split}.txt`,
    content: () => ids.map((id) => `${id}\n`),
  }))
}

export interface LabelNow {
  readonly map: DenseMap
  readonly task: TaskInfo
  /** Null when nothing differs from the original. */
  readonly correction: Correction | null
  readonly problems: readonly SampleProblem[]
}

/** The label as it now is, and how it was corrected. Throws as `Dataset.readLabel` and `Project.read`. */
export async function readForExport(workspace: Workspace, unit: Unit): Promise<LabelNow> {
  if (unit.corrected) return readCorrected(workspace, unit)
  const { sample, task } = labelOf(unit)
  const map = await workspace.dataset.readLabel(sample, task)
  return { map, task: infoOf(workspace, task), correction: null, problems: [] }
}

/** As `readForExport` of a corrected label, with the file it was corrected from; null when it was drawn without one. */
export async function readCorrected(
  workspace: Workspace,
  unit: Unit,
): Promise<LabelNow & Pick<CorrectedMap, 'originalBytes'>> {
  const { sample, task } = labelOf(unit)
  const info = infoOf(workspace, task)
  const read = await workspace.project.read(sample, task)
  const { map, original, originalBytes, revision, changed, problems } = read
  const correction = changed ? { revision, ...changesBetween(original, map, info.classes) } : null
  return { map, originalBytes, task: info, correction, problems }
}

function infoOf({ dataset }: Workspace, task: TaskId): TaskInfo {
  const info = dataset.tasks.find(({ id }) => id === task)
  if (info) return info
  throw new AppError('internal', `the data set has no task ${task}`)
}

export function labelOf({ sample, task, files }: Unit): { sample: string; task: TaskId } {
  if (sample === null || task === null) throw new AppError('internal', `${files[0]} is not a label`)
  return { sample, task }
}
