import { VERSION } from '../install'
import { AppError, errorFromProblem, problemFrom, type ErrorCode, type Problem } from '../../shared/errors'
import type { KeyedImage } from '../../shared/inference-protocol'
import { effectOf } from '../../shared/lab/effect'
import { summariseInfluence } from '../../shared/lab/influence'
import type { CutMode } from '../../shared/lab/intervention'
import { attentionOn, reachOf } from '../../shared/lab/link'
import { METRICS } from '../../shared/metrics'
import type { Tally } from '../../shared/metrics/metric'
import type { DenseMap } from '../../shared/maps'
import type { TaskId } from '../../shared/tasks'
import type { Dataset } from '../dataset/dataset'
import { contextOf } from '../evaluate/measurer'
import { fileStamp } from '../evaluate/prediction-source'
import { mapConcurrent } from '../files/concurrent'
import type { Progress } from '../jobs'
import { PhotoHashes } from '../predictions/photo-hash'
import type { InfluenceReport } from './influence-report'
import { cutOf, type LabModel } from './lab-model'
import { LabelSums } from './label-changes'
import { Pace } from './pace'
import { SampleRecords, type SampleRecord } from './sample-record'

export interface InfluenceRequest {
  readonly dataset: Dataset
  readonly model: LabModel
  readonly ids: readonly string[]
  /** How the report calls `ids`. */
  readonly split: string
  readonly mode: CutMode
  /** Also measure what each cut does to the metrics against the labels; boundaries take long. */
  readonly labels: boolean
  /** Where measured images are kept for the next run. */
  readonly cacheDir: string
  readonly signal?: AbortSignal
  /** Counts images; links where there is one image only. */
  readonly progress?: Progress
}

/** Failures that every other image would meet too. */
const FATAL: ReadonlySet<ErrorCode> = new Set([
  'bundle_invalid',
  'capability_missing',
  'provider_unavailable',
  'inference_crashed',
  'write_failed',
  'cancelled',
  'internal',
])

/**
 * Cuts every link of the model alone, on every image, and measures how far the prediction that the link reaches moves.
 * Images measured before are reused; those that cannot be read or run are skipped and named. Throws `cancelled`,
 * `capability_missing`, `inference_crashed`, `write_failed`, and the first image's failure when none succeeded.
 */
export async function measureInfluence(request: InfluenceRequest): Promise<InfluenceReport> {
  const start = performance.now()
  const { dataset, model, ids, mode, signal, progress } = request
  const { ref, links } = model
  const records = new SampleRecords(request.cacheDir, [ref.hash, ref.provider, mode])
  const photos = new PhotoHashes()
  const sums = new LabelSums(links)
  const labelled = request.labels ? labelTasks(request) : []
  const pace = new Pace()
  const perSample: InfluenceReport['perSample'][number][] = []
  const skipped: InfluenceReport['skipped'][number][] = []
  let reused = 0
  let failure: Problem | null = null
  for (const [index, id] of ids.entries()) {
    if (signal?.aborted) throw new AppError('cancelled', `stopped after ${index} of ${ids.length} images`)
    if (ids.length > 1) progress?.(index, ids.length, [id, pace.text(ids.length - index)].join(' '))
    try {
      const photo = await photos.of(dataset, id)
      const stamps = await labelStamps(dataset, id, labelled)
      const known = await records.get(photo, links.length)
      let record = known && hasLabels(known, stamps) ? known : null
      if (record) reused++
      else {
        record = await measureSample(request, { key: photo, ...(await dataset.readPhoto(id)) }, id, stamps)
        await records.add(photo, record)
        pace.step()
      }
      if (request.labels && record.labels) sums.add(record.labels)
      perSample.push({ sample: id, effect: record.effect, attention: record.attention })
    } catch (error) {
      const problem = problemFrom(error)
      if (FATAL.has(problem.code)) throw error
      failure ??= problem
      skipped.push({ sample: id, code: problem.code, message: problem.message })
    }
  }
  if (perSample.length === 0)
    throw errorFromProblem(failure ?? { code: 'bad_arguments', message: 'there is no image to measure' })
  progress?.(ids.length, ids.length, '')
  return {
    ...summariseInfluence(model.shape, perSample),
    dataset: dataset.name,
    layout: dataset.layout,
    split: request.split,
    model: ref.card.name,
    modelHash: ref.hash,
    mode,
    labels: request.labels ? sums.changes((task) => contextOf(dataset, task)) : null,
    perSample,
    skipped,
    reused,
    seconds: (performance.now() - start) / 1000,
    version: VERSION,
  }
}

async function measureSample(
  { dataset, model, mode, ids, signal, progress }: InfluenceRequest,
  image: KeyedImage,
  id: string,
  stamps: Readonly<Partial<Record<TaskId, string>>>,
): Promise<SampleRecord> {
  const { links } = model
  const plain = await model.plain(image, signal)
  const labels = new Map<TaskId, DenseMap>()
  for (const task of model.shape.tasks)
    if (stamps[task] !== undefined) labels.set(task, await dataset.readLabel(id, task))
  const tallyOf = (task: TaskId, map: DenseMap): Tally | null => {
    const label = labels.get(task)
    return label ? METRICS[task].measure(label, map, contextOf(dataset, task)) : null
  }
  let done = 0
  // Two at a time: one result is measured while the model runs on the next cut.
  const cuts = await mapConcurrent(links, 2, async (link) => {
    const task = reachOf(link)
    const [before, after] = [
      plain.maps.get(task),
      (await model.changed(image, [cutOf(link, mode)], [task], signal)).get(task),
    ]
    if (!before || !after) throw new AppError('internal', `the model gave no map of ${task}`)
    const cut = { effect: effectOf(before, after), after: tallyOf(task, after) }
    if (ids.length === 1) progress?.(++done, links.length, '')
    return cut
  })
  const before = model.shape.tasks.flatMap((task) => {
    const map = plain.maps.get(task)
    const tally = map ? tallyOf(task, map) : null
    return tally ? [{ task, tally: copied(tally) }] : []
  })
  return {
    effect: cuts.map(({ effect }) => effect),
    attention: links.map((link) => attentionOn(plain.attention, link)),
    labels:
      before.length > 0
        ? {
            stamps: Object.fromEntries(Object.entries(stamps)),
            before,
            after: cuts.map(({ after }) => after && copied(after)),
          }
        : null,
  }
}

/** The tasks whose maps can be measured against the labels. Throws `export_refused` when the classes are not the data set's. */
function labelTasks({ dataset, model }: InfluenceRequest): TaskId[] {
  const { name, tasks } = model.ref.card
  return tasks.flatMap(({ id, kind, channels }) => {
    const stored = dataset.tasks.find((known) => known.id === id)
    if (!stored) return []
    if (kind === 'class' && stored.classes?.length !== channels)
      throw new AppError(
        'export_refused',
        `${name} predicts ${channels} classes of ${id}, the data set has ${stored.classes?.length ?? 0}; measure without labels or use a model for this data set`,
      )
    return [id]
  })
}

/** What tells that the label files of a sample changed, by task. */
async function labelStamps(
  dataset: Dataset,
  id: string,
  tasks: readonly TaskId[],
): Promise<Partial<Record<TaskId, string>>> {
  const stamps: Partial<Record<TaskId, string>> = {}
  for (const task of tasks)
    if (dataset.hasLabel(id, task))
      stamps[task] = `${dataset.root}/${await fileStamp(dataset.root, dataset.labelFile(id, task))}`
  return stamps
}

/** A record serves when the labels that are asked for are those it was measured against. */
function hasLabels({ labels }: SampleRecord, stamps: Readonly<Partial<Record<TaskId, string>>>): boolean {
  const wanted = Object.entries(stamps)
  if (wanted.length === 0) return true
  return labels !== null && wanted.every(([task, stamp]) => labels.stamps[task] === stamp)
}

function copied(tally: Tally): Record<string, number[]> {
  return Object.fromEntries(Object.entries(tally).map(([name, values]) => [name, [...values]]))
}
