import type { LabAnswer, LabAsk } from '../../shared/lab/protocol'
import type { Shares } from '../../shared/lab/shares'
import type { MatrixAnswer } from '../../shared/lab/wire'
import { PixelRows } from './pixel-rows'
import { regionCells } from './region-cells'
import type { LabRun } from './run'

type Matrix = MatrixAnswer['matrices'][number]
/** How much each query of a task counts in the mean of its rows, by [task][scale]; sums to one, or to zero. */
type RowWeights = readonly (readonly Float32Array[])[]

/** Who reads whom, as tables; see `matrixRequestSchema`. */
export async function matrix(run: LabRun, ask: Extract<LabAsk, { kind: 'matrix' }>): Promise<LabAnswer> {
  const { tasks, scales, queries: N } = run.sample.model.card
  const { task: taskStep, scale: scaleStep } = run.attention(ask)
  const taskAt = (id: string): number => tasks.findIndex((task) => task.id === id)
  const matrices = await (async (): Promise<Matrix[]> => {
    switch (ask.of.level) {
      case 'task': {
        const weights = await rowWeights(run, ask)
        return scales.map((_, scale) => blocks(taskStep, scale, tasks.length, N, (t) => weights[t]![scale]!))
      }
      case 'scale': {
        if (!scaleStep) return []
        const weights = await rowWeights(run, ask)
        return tasks.map((_, task) => blocks(scaleStep, task, scales.length, N, (s) => weights[task]![s]!))
      }
      case 'taskBlock': {
        const { scale, target, source } = ask.of
        return [oneBlock(taskStep, scale, taskAt(target), taskAt(source), N)]
      }
      case 'scaleBlock': {
        const { task, target, source } = ask.of
        return scaleStep ? [oneBlock(scaleStep, taskAt(task), target, source, N)] : []
      }
    }
  })()
  const max = Math.max(0, ...matrices.flatMap(({ values }) => values.flat()))
  return { kind: 'matrix', answer: { matrices, max } }
}

/** One step's tokens block by block: mean over the target's queries, sum over the source's. */
function blocks(
  { weights, own, tokens }: Shares,
  outer: number,
  count: number,
  N: number,
  weightOf: (target: number) => Float32Array,
): Matrix {
  const values = Array.from({ length: count }, () => new Array<number>(count).fill(0))
  const kept = new Array<number>(count).fill(0)
  for (let token = 0; token < tokens; token++) {
    const target = Math.floor(token / N)
    const weight = weightOf(target)[token % N]!
    if (weight === 0) continue
    const row = outer * tokens + token
    kept[target]! += weight * own[row]!
    for (let source = 0; source < tokens; source++)
      values[target]![Math.floor(source / N)]! += weight * weights[row * tokens + source]!
  }
  return { at: outer, values, own: kept }
}

function oneBlock(
  { weights, own, tokens }: Shares,
  outer: number,
  target: number,
  source: number,
  N: number,
): Matrix {
  const rows = Array.from({ length: N }, (_, query) => outer * tokens + target * N + query)
  return {
    at: outer,
    values: rows.map((row) => [
      ...weights.subarray(row * tokens + source * N, row * tokens + (source + 1) * N),
    ]),
    own: rows.map((row) => own[row]!),
  }
}

/** All queries alike; with a selection, as much as its pixels read each of them. */
async function rowWeights(run: LabRun, ask: Extract<LabAsk, { kind: 'matrix' }>): Promise<RowWeights> {
  const { tasks, scales, queries: N } = run.sample.model.card
  const even = new Float32Array(N).fill(1 / N)
  if (!ask.region) return tasks.map(() => scales.map(() => even))
  const weights: Float32Array[][] = []
  for (const { id } of tasks) {
    const ofTask: Float32Array[] = []
    for (const scale of scales.keys()) {
      const rows = await PixelRows.of(run, id, scale, ask)
      const sums = new Float32Array(N)
      for (const [cell, pixels] of regionCells(run.sample, scale, ask.region)) {
        const row = rows.shown(rows.at(cell))
        for (let query = 0; query < N; query++) sums[query]! += pixels * row[query]!
      }
      const total = sums.reduce((sum, value) => sum + value, 0)
      ofTask.push(total > 0 ? sums.map((value) => value / total) : sums)
    }
    weights.push(ofTask)
  }
  return weights
}
