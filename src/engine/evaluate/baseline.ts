import { readFile } from 'node:fs/promises'
import * as v from 'valibot'
import { AppError } from '../../shared/errors'
import { METRICS } from '../../shared/metrics'
import { deltaM } from '../../shared/metrics/delta-m'
import { TASK_IDS } from '../../shared/tasks'
import type { Evaluation } from './evaluation'

const baselineSchema = v.object({
  metrics: v.record(v.string(), v.object({ paper: v.record(v.string(), v.nullable(v.number())) })),
})
export type Baseline = v.InferOutput<typeof baselineSchema>

/** The JSON of an earlier `evaluate`, e.g. of single-task models. Throws `file_missing`, `file_malformed`. */
export async function readBaseline(path: string): Promise<Baseline> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new AppError(
      'file_missing',
      `${path} cannot be read; give the JSON of an earlier evaluate`,
      undefined,
      { cause },
    )
  })
  try {
    return v.parse(baselineSchema, JSON.parse(text))
  } catch (cause) {
    throw new AppError('file_malformed', `${path} is not the JSON of an evaluate`, undefined, { cause })
  }
}

/** delta_m of the paper headline figures over the tasks both have; null when they share none. */
export function gainOver({ metrics }: Baseline, evaluation: Evaluation): number | null {
  return deltaM(
    TASK_IDS.flatMap((task) => {
      const { figure, higherIsBetter } = METRICS[task].headline
      const measured = evaluation.metrics[task]?.paper[figure]
      const baseline = metrics[task]?.paper[figure]
      return measured == null || baseline == null ? [] : [{ measured, baseline, higherIsBetter }]
    }),
  )
}
