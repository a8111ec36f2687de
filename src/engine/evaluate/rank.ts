import { AppError, problemFrom } from '../../shared/errors'
import {
  bordersWithoutBoundary,
  disagreement,
  regionsOf,
  type Region,
  type Severity,
} from '../../shared/metrics/disagreement'
import type { DenseMap } from '../../shared/maps'
import { TASKS, type TaskId } from '../../shared/tasks'
import { mapConcurrent } from '../files/concurrent'
import type { EvaluateRequest } from './evaluate'
import { contextOf, type Skipped } from './measurer'
import { openSource } from './prediction-source'

export interface RankedRegion extends Region {
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
const REGIONS = 10

const REASONS: Readonly<Record<TaskId, string>> = Object.freeze({
  semseg: 'another class is predicted',
  human_parts: 'another part is predicted',
  depth: 'the predicted depth differs by more than a quarter',
  normals: 'the predicted direction differs by more than 30 degrees',
  edge: 'a boundary is in one of label and prediction only',
  sal: 'salient in one of label and prediction only',
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
  const add = (task: TaskId, width: number, severity: Severity, reason: string): void => {
    scores.push(severity.reduce((sum, value) => sum + value, 0) / severity.length)
    const minimum = Math.max(1, MINIMUM_AREA * severity.length)
    regions.push(...regionsOf(severity, width, minimum).map((region) => ({ task, ...region, reason })))
  }
  const radiusOf = ({ width, height }: DenseMap): number =>
    contextOf(dataset, 'edge').boundaryTolerance * Math.hypot(width, height)
  for (const task of tasks.filter((one) => dataset.hasLabel(id, one)))
    try {
      const label = await dataset.readLabel(id, task)
      // A displaced boundary is none; a displaced salient region is.
      const radius = task === 'edge' ? radiusOf(label) : 0
      add(task, label.width, disagreement(label, await source.read(id, task), radius), REASONS[task])
      labels.set(task, label)
    } catch (error) {
      const { code, message } = problemFrom(error)
      skipped.push({ sample: id, task, code, message: `${TASKS[task].label}: ${message}` })
    }
  const [classes, boundary] = [labels.get('semseg'), labels.get('edge')]
  if (classes?.kind === 'class' && boundary?.kind === 'probability')
    add('edge', classes.width, bordersWithoutBoundary(classes, boundary, radiusOf(boundary)), CONTRADICTION)
  if (scores.length === 0) return null
  const score = scores.reduce((sum, value) => sum + value, 0) / scores.length
  return { id, score, regions: regions.sort((a, b) => b.score - a.score).slice(0, REGIONS) }
}
