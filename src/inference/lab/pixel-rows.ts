import { findTensor } from '../../shared/card-graphs'
import { rowOf } from '../../shared/lab/contribution'
import type { LabView } from '../../shared/lab/protocol'
import { intakeOf, type ScaleRead } from '../../shared/lab/trace'
import type { TaskId } from '../../shared/tasks'
import { floats } from '../values'
import type { Decoded } from './decoded'
import type { LabRun } from './run'
import type { LabSample } from './sample'

/** Reads, for cells of one scale's grid, what a task's pixels took in there. */
export class PixelRows {
  private readonly weights: Float32Array
  private readonly row: Float32Array
  private readonly features: Float32Array

  private constructor(
    private readonly sample: LabSample,
    decoded: Decoded,
    task: TaskId,
    private readonly scale: number,
    private readonly view: LabView,
    private readonly source = decoded.scales[scale]!,
  ) {
    const { heads, queries } = sample.model.card
    this.weights = new Float32Array(heads * queries)
    this.row = new Float32Array(queries)
    const tensor = findTensor(sample.model.graph('encoder').outputs, 'features', task, scale)!
    this.features = floats(sample.encoded, tensor)
  }

  static async of(run: LabRun, task: TaskId, scale: number, view: LabView): Promise<PixelRows> {
    return new PixelRows(run.sample, await run.decoded(task), task, scale, view)
  }

  /** `queries` is overwritten by the next call. */
  at(cell: number): ScaleRead {
    const { heads, queries, scales } = this.sample.model.card
    const { attention, gram, coarser } = this.source
    const cells = this.sample.pixels(this.scale)
    for (let head = 0; head < heads; head++) attention.read(head * cells + cell, this.weights, head * queries)
    const contribution = this.view.weighting === 'contribution' && gram
    const weights = { data: this.weights, start: 0, headStride: queries }
    const norms = contribution ? { data: gram, start: 0 } : null
    rowOf(weights, queries, heads, this.view.head, norms, this.row, 0)
    if (contribution)
      return { queries: this.row, own: this.featureNorm(cell, cells), coarser: coarser?.[cell] ?? 0 }
    // As attention rollout: one for what the pixel had before, half of it from the coarser scale where there is one.
    const half = this.scale < scales.length - 1 ? 0.5 : 1
    return { queries: this.row, own: half, coarser: 1 - half }
  }

  /**
   * What is shown of a pixel's row: for `contribution` shares of what it took in at this scale, for `raw` its weights as
   * they are. Written over what `at` gave.
   */
  shown(read: ScaleRead): Float32Array {
    const { queries } = read
    if (this.view.weighting === 'raw') return queries
    const sum = intakeOf(read)
    if (sum > 0) for (let i = 0; i < queries.length; i++) queries[i]! /= sum
    return queries
  }

  private featureNorm(cell: number, cells: number): number {
    let sum = 0
    for (let at = cell; at < this.features.length; at += cells) sum += this.features[at]! ** 2
    return Math.sqrt(sum)
  }
}
