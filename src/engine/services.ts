import { setTimeout } from 'node:timers/promises'
import type { DatasetInfo, Job, JobRequest, ModelInfo, SampleProblem, Status } from '../shared/contract'
import { AppError, assertNever, problemFrom } from '../shared/errors'
import type { ExportPlan, ExportWish } from '../shared/export'
import type { Dataset } from './dataset/dataset'
import { openDataset } from './dataset/readers'
import { watchFolders, type FileChange } from './dataset/watch'
import { evaluateJob } from './evaluate/evaluate-job'
import { Events } from './events'
import { describeExport, exportDataset } from './export/export'
import type { ExportRequest } from './export/request'
import { VERSION } from './install'
import { contractProblem, Jobs, type JobWork } from './jobs'
import { labJob } from './lab/lab-job'
import type { Predictions } from './predictions/predictions'
import { Project } from './project/project'

/** How long opening waits for the headers of all files. */
const SCAN_FIRST_MS = 200
const SCAN_EVENT_MS = 250
/** Samples of a folder whose headers are read before it is shown, and how long those of a larger one wait. */
const SMALL = 500
const SCAN_LATER_MS = 1500

/** An open data set and its corrections. */
export interface Workspace {
  readonly dataset: Dataset
  readonly project: Project
}

/** Everything behind the HTTP app; built once per process. */
export class Services {
  readonly events = new Events()
  readonly jobs = new Jobs(this.events)
  private current: Workspace | null = null
  private problems: Status['problems'] = []
  private page: string | null = null
  private scan = new AbortController()
  private unwatch: () => void = () => undefined

  constructor(readonly predictions: Predictions) {}

  /** Throws `not_found` when no data set is open. */
  get workspace(): Workspace {
    if (!this.current) throw new AppError('not_found', 'no data set is open; open one first')
    return this.current
  }

  status(): Status {
    return {
      version: VERSION,
      dataset: this.current && datasetInfo(this.current),
      model: this.predictions.model,
      problems: this.problems,
    }
  }

  /** Opens what was named at the start; failures are shown in the status instead of ending the program. */
  async openInitial(dataset: string | null, model: string | null): Promise<void> {
    const attempts = [
      ...(dataset === null ? [] : [() => this.openDataset(dataset)]),
      ...(model === null ? [] : [() => this.openModel(model)]),
    ]
    for (const attempt of attempts)
      try {
        await attempt()
      } catch (error) {
        this.problems = [...this.problems, contractProblem(problemFrom(error))]
      }
  }

  /** The new folder replaces the open one only once it could be read. Throws `not_a_dataset`, ... */
  async openDataset(path: string): Promise<DatasetInfo> {
    const dataset = await openDataset(path)
    await this.jobs.cancelAll()
    // Before the new project is read: it may be the same folder.
    await this.current?.project.close()
    this.scan.abort()
    this.current = { dataset, project: await Project.open(dataset) }
    this.page = null
    this.problems = []
    // A small folder is looked through before it is shown, a large one when its first samples are.
    const total = Object.values(dataset.splits).reduce((sum, ids) => sum + ids.length, 0)
    if (total <= SMALL) await Promise.race([this.scanFiles(dataset, 0), setTimeout(SCAN_FIRST_MS)])
    else void this.scanFiles(dataset, SCAN_LATER_MS)
    this.unwatch()
    this.unwatch = watchFolders(
      dataset.root,
      dataset.folders,
      (changes) => void this.filesChanged(dataset, changes),
    )
    this.events.emit({ type: 'dataset' })
    return datasetInfo(this.current)
  }

  /** Throws `bundle_invalid`, `bundle_hash_mismatch`. */
  async openModel(path: string): Promise<ModelInfo> {
    const model = await this.predictions.openModel(path)
    this.events.emit({ type: 'model' })
    return model
  }

  /** The page of the evaluation that ended last. Throws `not_found` before the first. */
  get evaluationPage(): string {
    if (this.page !== null) return this.page
    throw new AppError(
      'not_found',
      'nothing was evaluated yet; evaluate a model or a folder of predictions first',
    )
  }

  startJob(request: JobRequest): Job {
    const { workspace } = this
    switch (request.kind) {
      case 'predict':
        return this.jobs.start('predict', this.predictAll(workspace, request.ids))
      case 'export':
        return this.jobs.start('export', async (progress, signal) => {
          const wanted = { ...request, ...this.exportContext(), dryRun: false }
          const written = await exportDataset(workspace, wanted, progress, signal)
          // Thousands of hashes are of no use in an event; they are in report.json.
          const report = { ...written, sha256: undefined, corrections: undefined }
          return { message: `${written.files} files in ${written.out}`, problem: null, report }
        })
      case 'evaluate':
        return this.jobs.start(
          'evaluate',
          evaluateJob(workspace.dataset, this.predictions, request, (page) => (this.page = page)),
        )
      case 'influence':
      case 'ranking':
      case 'replay':
      case 'splitMatrix':
        return this.jobs.start(request.kind, labJob(workspace.dataset, this.predictions, request))
      default:
        return assertNever(request)
    }
  }

  /** What an export would write; writes nothing. Throws as `exportDataset` does before it writes. */
  planExport(request: ExportWish): Promise<ExportPlan> {
    return describeExport(this.workspace, { ...request, ...this.exportContext(), dryRun: true })
  }

  private exportContext(): Pick<ExportRequest, 'model' | 'threads'> {
    const { model } = this.predictions
    return { model: model && { name: model.name, hash: model.hash }, threads: null }
  }

  async dispose(): Promise<void> {
    this.scan.abort()
    this.unwatch()
    await this.jobs.cancelAll()
    try {
      await this.current?.project.close()
    } finally {
      this.current = null
      await this.predictions.dispose()
    }
  }

  /** Corrections stay as they are: reading them again tells that the label below them changed. */
  private async filesChanged(dataset: Dataset, changes: readonly FileChange[] | null): Promise<void> {
    const project = this.current?.dataset === dataset ? this.current.project : null
    if (!project) return
    const ids = new Set<string>()
    let list = changes === null
    for (const { folder, name } of changes ?? []) {
      const id = await dataset.noticed(folder, name)
      if (id === null) list = true
      else ids.add(id)
    }
    for (const id of ids) await project.reread(id).catch(() => undefined)
    this.events.emit({ type: 'files', samples: [...ids], list })
  }

  /** Looks at every file's header; tells now and then how far it is when it takes long. */
  private async scanFiles(dataset: Dataset, delay: number): Promise<void> {
    this.scan = new AbortController()
    const { signal } = this.scan
    await setTimeout(delay, undefined, { ref: false })
    const start = performance.now()
    let told = start
    await dataset.scan((done, total) => {
      const now = performance.now()
      if (now - start < SCAN_FIRST_MS || (done < total && now - told < SCAN_EVENT_MS)) return
      told = now
      this.events.emit({ type: 'scan', done, total, problems: dataset.problemCount })
    }, signal)
  }

  /** A sample that fails is skipped and named; the job fails when none succeeded. */
  private predictAll({ dataset }: Workspace, wanted: readonly string[] | null): JobWork {
    const ids = wanted ?? Object.values(dataset.splits).flat()
    for (const id of ids) dataset.sample(id)
    return async (progress, signal) => {
      const skipped: string[] = []
      let failure: unknown = null
      for (const [index, id] of ids.entries()) {
        progress(index, ids.length, id)
        try {
          await this.predictions.predict(dataset, id, signal)
          this.events.emit({ type: 'prediction', sample: id })
        } catch (error) {
          if (signal.aborted)
            throw new AppError('cancelled', `stopped after ${index} of ${ids.length} samples`)
          failure ??= error
          skipped.push(id)
        }
      }
      if (ids.length > 0 && skipped.length === ids.length) throw failure
      progress(ids.length, ids.length, '')
      const message = `${ids.length - skipped.length} of ${ids.length} samples predicted`
      if (failure === null) return { message, problem: null, report: null }
      const { code, message: reason } = problemFrom(failure)
      const problem = {
        code,
        message: `${skipped.length} samples were skipped: ${reason}`,
        details: { skipped },
      }
      return { message, problem, report: null }
    }
  }
}

function datasetInfo({ dataset, project }: Workspace): DatasetInfo {
  const { root, name, layout, note, splits, tasks, problems, problemCount, scanned } = dataset
  const counts = Object.entries(splits).map(([split, ids]) => [split, ids.length] as const)
  return {
    root,
    name,
    layout,
    note,
    splits: Object.fromEntries(counts),
    samples: counts.reduce((sum, [, count]) => sum + count, 0),
    tasks: [...tasks],
    project: project.location,
    problems: [...notUsed(project), ...problems],
    problemCount: problemCount + notUsed(project).length,
    scanned,
  }
}

/** Corrections of this folder that lie elsewhere and are older must not be missed unnoticed. */
function notUsed({ location }: Project): SampleProblem[] {
  if (location.ignored === null) return []
  const message = `${location.ignored} holds older corrections of this folder; those in ${location.path} are used`
  return [{ sample: '', file: location.ignored, code: 'revision_conflict', message }]
}
