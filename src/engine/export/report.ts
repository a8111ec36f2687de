import type { SampleProblem } from '../../shared/contract'
import type { ExportOptions } from '../../shared/export'
import type { TaskId } from '../../shared/tasks'
import { VERSION } from '../install'
import type { Workspace } from '../services'
import type { ExportRequest, ModelName } from './request'
import type { Draft, Unit } from './format'
import type { Written } from './journal'
import type { Plan } from './plan'
import type { Target } from './target'

/** `report.json`: what was written and how it was checked. */
export interface Report {
  readonly tool: string
  readonly version: string
  readonly format: string
  readonly options: ExportOptions
  readonly source: string
  readonly out: string
  readonly dryRun: boolean
  readonly onlyCorrected: boolean
  /** The model that was open, whose predictions corrections may come from; null when there was none. */
  readonly model: ModelName | null
  /** Samples of the data set. */
  readonly samples: number
  /** Files written, without this report. */
  readonly files: number
  /** Of all files; in a dry run copies exactly and the rest from a few of them. */
  readonly bytes: number
  /** Labels written with corrections. */
  readonly changed: number
  /** Files read back and found equal to what they had to hold; equals `files` unless this is a dry run. */
  readonly verified: number
  /** Files of an earlier, stopped run among them, whose hashes were checked again. */
  readonly resumed: number
  /** What the format could not keep, one sentence each. */
  readonly losses: readonly string[]
  /** What of the data set was not written, one sentence each. */
  readonly notExported: readonly string[]
  readonly skipped: readonly SampleProblem[]
  readonly corrections: readonly CorrectedFile[]
  readonly sha256: Readonly<Record<string, string>>
}
export interface CorrectedFile {
  readonly file: string
  readonly sample: string
  readonly task: TaskId
  readonly revision: number
  readonly pixelsChanged: number
  /** Largest difference between the corrected map and the file, from rounding to the file's encoding; 0 = exact. */
  readonly rounding: number
  /** Change of the pixel count by class name (`void` = ignored); null for maps without classes. */
  readonly classPixels: Readonly<Record<string, number>> | null
}

/** What would be written. */
export function plannedReport(workspace: Workspace, request: ExportRequest, plan: Plan): Report {
  const { draft, target, bytes } = plan
  return {
    ...head(workspace, request, target),
    files: draft.units.reduce((sum, { files }) => sum + files.length, draft.texts.length),
    bytes,
    changed: draft.units.filter(({ corrected }) => corrected).length,
    verified: 0,
    resumed: 0,
    losses: draft.losses,
    notExported: draft.notExported,
    skipped: draft.skipped,
    corrections: [],
    sha256: {},
  }
}

/** What was written. */
export function reportOf(
  workspace: Workspace,
  request: ExportRequest,
  target: Target,
  draft: Draft,
  written: readonly (readonly [Unit, Written])[],
  texts: Written['files'],
  resumed: number,
): Report {
  const files = [...written.flatMap(([, one]) => one.files), ...texts]
  const corrections = written.flatMap(
    ([
      {
        sample,
        task,
        files: [file = ''],
      },
      { correction, rounding },
    ]) =>
      correction && sample !== null && task !== null ? [{ file, sample, task, ...correction, rounding }] : [],
  )
  const lost = Object.entries(lostIn(written.map(([, one]) => one))).filter(([, pixels]) => pixels > 0)
  return {
    ...head(workspace, request, target),
    files: files.length,
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    changed: corrections.length,
    verified: files.length,
    resumed,
    losses: [...draft.losses, ...lost.map(([sentence, pixels]) => `${pixels} ${sentence}.`)],
    notExported: draft.notExported,
    skipped: [...draft.skipped, ...written.flatMap(([, { problems }]) => problems)],
    corrections,
    sha256: Object.fromEntries(files.map(({ file, sha256 }) => [file, sha256])),
  }
}

function head(
  { dataset }: Workspace,
  { format, options, dryRun, onlyCorrected, model }: ExportRequest,
  { out }: Target,
): Pick<
  Report,
  | 'tool'
  | 'version'
  | 'format'
  | 'options'
  | 'source'
  | 'out'
  | 'dryRun'
  | 'onlyCorrected'
  | 'model'
  | 'samples'
> {
  const samples = Object.values(dataset.splits).reduce((sum, ids) => sum + ids.length, 0)
  const tool = 'mq-studio'
  const source = dataset.root
  return { tool, version: VERSION, format, options, source, out, dryRun, onlyCorrected, model, samples }
}

/** Sums of what the units lost. */
export function lostIn(units: readonly Written[]): Record<string, number> {
  const lost: Record<string, number> = {}
  for (const unit of units)
    for (const [sentence, pixels] of Object.entries(unit.lost))
      lost[sentence] = (lost[sentence] ?? 0) + pixels
  return lost
}
