import { effectOf } from '../../shared/lab/effect'
import type { Intervention } from '../../shared/lab/intervention'
import type { LabAnswer, LabAsk } from '../../shared/lab/protocol'
import { predictedMap } from './decoded'
import { LabRun } from './run'

/** The maps that the run's interventions change; the other tasks are only named. */
export async function maps(run: LabRun, { tasks }: Extract<LabAsk, { kind: 'maps' }>): Promise<LabAnswer> {
  const start = performance.now()
  const unchanged = tasks.filter((task) => run.isUnchanged(task))
  const changed = []
  for (const task of tasks)
    if (!unchanged.includes(task)) changed.push({ task, map: (await run.decoded(task)).map })
  return { kind: 'maps', maps: changed, unchanged, seconds: (performance.now() - start) / 1000 }
}

/** The maps of all tasks named, under interventions whose run is not kept. */
export async function predict(
  plain: LabRun,
  interventions: readonly Intervention[],
  queries: ReadonlyMap<string, Float32Array<ArrayBuffer>>,
  { tasks }: Extract<LabAsk, { kind: 'predict' }>,
): Promise<LabAnswer> {
  const start = performance.now()
  const changed = await LabRun.start(plain.sample, interventions, queries, plain)
  const unchanged = tasks.filter((task) => changed.isUnchanged(task))
  const found = []
  for (const task of tasks)
    found.push({
      task,
      map: unchanged.includes(task)
        ? (await plain.decoded(task)).map
        : await predictedMap(plain.sample, task, changed.queriesOut, changed.compiled),
    })
  return { kind: 'maps', maps: found, unchanged, seconds: (performance.now() - start) / 1000 }
}

/** How far one more change moves each task; the changed run is not kept. */
export async function effect(
  run: LabRun,
  interventions: readonly Intervention[],
  queries: ReadonlyMap<string, Float32Array<ArrayBuffer>>,
  { change, tasks, region }: Extract<LabAsk, { kind: 'effect' }>,
): Promise<LabAnswer> {
  const start = performance.now()
  const changed = await LabRun.start(run.sample, [...interventions, ...change], queries, run)
  const values = []
  for (const task of tasks) {
    if (changed.isUnchanged(task)) {
      values.push({ task, value: 0 })
      continue
    }
    const before = (await run.decoded(task)).map
    const after = await predictedMap(run.sample, task, changed.queriesOut, changed.compiled)
    values.push({ task, value: effectOf(before, after, region) })
  }
  return { kind: 'effect', values, seconds: (performance.now() - start) / 1000 }
}
