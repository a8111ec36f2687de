import type { LabAnswer, LabAsk, LabView } from '../../shared/lab/protocol'
import { classesUnder } from '../../shared/lab/class-cells'
import type { Shares } from '../../shared/lab/shares'
import type { QueryHeader } from '../../shared/lab/wire'
import type { TaskId } from '../../shared/tasks'
import { classTaskOf, predictedCells } from './classes'
import { headerOf, largest } from './grid'
import { PixelRows } from './pixel-rows'
import type { LabRun } from './run'

/** Where one query reads, where its task's pixels read it, and what it exchanges; see `queryHeaderSchema`. */
export async function query(run: LabRun, ask: Extract<LabAsk, { kind: 'query' }>): Promise<LabAnswer> {
  const { sample } = run
  const { card } = sample.model
  const { task, scale, query: number } = ask
  const [N, position] = [card.queries, card.tasks.findIndex(({ id }) => id === task)]
  const read = await sample.readMap(task, scale, number, ask)
  const write = await writeMap(run, task, scale, number, ask)
  const { task: taskStep, scale: scaleStep } = run.attention(ask)
  const parts: Float32Array[] = []
  const add = (values: Float32Array): { offset: number; length: number } => {
    const offset = parts.reduce((sum, part) => sum + part.length, 0)
    parts.push(values)
    return { offset, length: values.length }
  }
  const exchange = (step: Shares, outer: number, token: number): QueryHeader['taskStep'] => ({
    reads: add(rowOfStep(step, outer, token)),
    readBy: add(columnOfStep(step, outer, token)),
  })
  const map = (values: Float32Array): QueryHeader['read'] => ({
    ...headerOf(sample, scale),
    offset: add(values).offset,
    max: largest(values),
  })
  const classTask = classTaskOf(card, task)
  const cells = classTask && (await predictedCells(run, classTask, scale))
  const header: QueryHeader = {
    read: map(read.data),
    token: read.token,
    write: map(write),
    entropy: { bits: entropyBits(read.data), even: Math.log2(read.data.length) },
    taskStep: exchange(taskStep, scale, position * N + number),
    scaleStep: scaleStep && exchange(scaleStep, position, scale * N + number),
    classes:
      classTask && cells ? { task: classTask, prediction: classesUnder(cells, write), label: null } : null,
  }
  return { kind: 'query', header, data: joined(parts) }
}

/** Per pixel what it took from one query: shares of what it took in at this scale, or the raw weight. */
async function writeMap(
  run: LabRun,
  task: TaskId,
  scale: number,
  number: number,
  view: LabView,
): Promise<Float32Array> {
  const rows = await PixelRows.of(run, task, scale, view)
  const map = new Float32Array(run.sample.pixels(scale))
  for (let cell = 0; cell < map.length; cell++) map[cell] = rows.shown(rows.at(cell))[number]!
  return map
}

/** Entropy in bits of non-negative weights, divided by their sum. */
export function entropyBits(weights: Float32Array): number {
  let [sum, weighted] = [0, 0]
  for (const weight of weights)
    if (weight > 0) {
      sum += weight
      weighted += weight * Math.log2(weight)
    }
  return sum > 0 ? Math.max(0, Math.log2(sum) - weighted / sum) : 0
}

function rowOfStep({ weights, tokens }: Shares, outer: number, token: number): Float32Array {
  const start = (outer * tokens + token) * tokens
  return weights.slice(start, start + tokens)
}

function columnOfStep({ weights, tokens }: Shares, outer: number, token: number): Float32Array {
  return Float32Array.from({ length: tokens }, (_, row) => weights[(outer * tokens + row) * tokens + token]!)
}

function joined(parts: readonly Float32Array[]): Float32Array<ArrayBuffer> {
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
