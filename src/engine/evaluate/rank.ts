import { AppError, problemFrom } from '../../shared/errors'
import {
  bordersWithoutBoundary,
  disagreement,
  regionsOf,
  type Region,
  type RegionRule,
  type Severity,
} from '../../shared/metrics/disagreement'
import type { DenseMap } from '../../shared/maps'
import { TASKS, type TaskId } from '../../shared/tasks'
import type { Dataset } from '../dataset/dataset'
import { mapConcurrent } from '../files/concurrent'
import type { EvaluateRequest } from './evaluate'
import { contextOf, type Skipped } from './measurer'
import { openSource } from './prediction-source'

export interface RankedRegion extends Omit<Region, 'first'> {
  readonly task: TaskId
  readonly reason: string
}
export interface RankedSample {
  readonly id: string
  /** Mean severity over pixels and tasks, 0..1. */
  readonly score: number
  readonly regions: readonly RankedRegion[]
}
export interface Ranking {
  readonly samples: readonly RankedSample[]
  readonly skipped: readonly Skipped[]
}
export type RankRequest = Omit<EvaluateRequest, 'cacheDir' | 'measurer' | 'split'> & {
  readonly ids: readonly string[]
}

/** Regions smaller than this part of the image are left out; a sample shows its largest ones. */
const MINIMUM_AREA = 0.001
const MINIMUM_LINE = 0.0001
const REGIONS = 10

const REASONS = Object.freeze({
  scalar: 'the predicted value differs by more than a quarter',
  vector: 'the predicted direction differs by more than 30 degrees',
  probability: 'found in one of label and prediction only',
})
const CONTRADICTION = 'the classes change here and no boundary is labelled'

/**
 * Samples and regions, most suspicious label first: where the prediction disagrees with the label, and where two labels
 * contradict each other. A suspicion, not a finding: the prediction may be what is wrong. Throws `cancelled` and what
 * `predict` throws.
 */
export async function rank(request: RankRequest): Promise<Ranking> {
  const { ids, signal, progress, predict } = request
  const skipped: Skipped[] = []
  let done = 0
  const samples = await mapConcurrent(ids, 2, async (id) => {
    if (signal?.aborted) throw new AppError('cancelled', `stopped after ${done} of ${ids.length} samples`)
    await predict?.(id)
    const ranked = await rankSample(request, id, skipped)
    progress?.(++done, ids.length, id)
    return ranked
  })
  return { samples: samples.filter((one) => one !== null).sort((a, b) => b.score - a.score), skipped }
}

async function rankSample(
  { dataset, spec, tasks }: RankRequest,
  id: string,
  skipped: Skipped[],
): Promise<RankedSample | null> {
  const source = openSource(dataset, spec)
  const labels = new Map<TaskId, DenseMap>()
  const regions: RankedRegion[] = []
  const scores: number[] = []
  const add = (
    task: TaskId,
    width: number,
    severity: Severity,
    reason: (first: number) => string,
    groups: RegionRule['groups'] = null,
  ): void => {
    scores.push(severity.reduce((sum, value) => sum + value, 0) / severity.length)
    const lines = task === 'edge'
    const minimum = Math.max(1, (lines ? MINIMUM_LINE : MINIMUM_AREA) * severity.length)
    for (const { first, ...region } of regionsOf(severity, width, { minimum, lines, groups }))
      regions.push({ task, ...region, reason: reason(first) })
  }
  const radiusOf = ({ width, height }: DenseMap): number =>
    contextOf(dataset, 'edge').boundaryTolerance * Math.hypot(width, height)
  for (const task of tasks.filter((one) => dataset.hasLabel(id, one)))
    try {
      const label = await dataset.readLabel(id, task)
      // A displaced boundary is none; a displaced salient region is.
      const radius = task === 'edge' ? radiusOf(label) : 0
      const prediction = await source.read(id, task)
      const severity = disagreement(label, prediction, radius)
      if (label.kind === 'class') {
        const name = classNamer(dataset, task)
        const reason = (i: number): string =>
          `labelled ${name(label.data[i]!)}, predicted ${name(prediction.data[i]!)}`
        const pairs = Uint16Array.from(label.data, (value, i) => (value << 8) | prediction.data[i]!)
        add(task, label.width, severity, reason, pairs)
      } else add(task, label.width, severity, () => REASONS[label.kind])
      labels.set(task, label)
    } catch (error) {
      const { code, message } = problemFrom(error)
      skipped.push({ sample: id, task, code, message: `${TASKS[task].label}: ${message}` })
    }
  const [classes, boundary] = [labels.get('semseg'), labels.get('edge')]
  if (classes?.kind === 'class' && boundary?.kind === 'probability')
    add(
      'edge',
      classes.width,
      bordersWithoutBoundary(classes, boundary, radiusOf(boundary)),
      () => CONTRADICTION,
    )
  if (scores.length === 0) return null
  const score = scores.reduce((sum, value) => sum + value, 0) / scores.length
  return { id, score, regions: regions.sort((a, b) => b.score - a.score).slice(0, REGIONS) }
}

function classNamer(dataset: Dataset, task: TaskId): (index: number) => string {
  const classes = dataset.tasks.find(({ id }) => id === task)?.classes
  return (index) => classes?.[index] ?? `class ${index}`
}
