import * as v from 'valibot'
import type { Job } from '../../../shared/contract'
import { TASK_IDS, type TaskId } from '../../../shared/tasks'

const figuresSchema = v.record(v.string(), v.nullable(v.number()))
const taskId = v.picklist(TASK_IDS)

/** What the panel shows of an evaluation; the engine's report holds more. */
const evaluationSchema = v.object({
  split: v.string(),
  predictions: v.string(),
  samples: v.number(),
  reused: v.number(),
  seconds: v.number(),
  skipped: v.number(),
  metrics: v.record(taskId, v.object({ samples: v.number(), paper: figuresSchema, strict: figuresSchema })),
  sources: v.record(taskId, v.object({ paper: v.string(), strict: v.string() })),
  published: v.nullable(
    v.object({
      dataset: v.string(),
      note: v.string(),
      results: v.array(
        v.object({
          method: v.string(),
          backbone: v.string(),
          source: v.string(),
          figures: v.record(taskId, v.number()),
        }),
      ),
    }),
  ),
})
export type ShownEvaluation = v.InferOutput<typeof evaluationSchema>

/** The report of a finished evaluation; null for other jobs and while it runs. */
export function evaluationOf(job: Job | undefined): ShownEvaluation | null {
  if (job?.kind !== 'evaluate' || job.state !== 'done') return null
  const parsed = v.safeParse(evaluationSchema, job.report)
  return parsed.success ? parsed.output : null
}

interface FigureName {
  readonly name: string
  readonly unit: string
  readonly digits: number
}
const PERCENT = { unit: '%', digits: 2 }
/** Figures in the order they are read, with the field's names; others are left to the report. */
const FIGURES: Readonly<Record<string, FigureName>> = Object.freeze({
  mIoU: { name: 'mIoU', ...PERCENT },
  pixelAccuracy: { name: 'pixel accuracy', ...PERCENT },
  maxF: { name: 'maxF', ...PERCENT },
  rmse: { name: 'RMSE', unit: 'm', digits: 4 },
  absRel: { name: 'absRel', unit: '', digits: 4 },
  delta1: { name: 'δ < 1.25', ...PERCENT },
  delta2: { name: 'δ < 1.25²', ...PERCENT },
  delta3: { name: 'δ < 1.25³', ...PERCENT },
  mean: { name: 'mean error', unit: '°', digits: 2 },
  median: { name: 'median error', unit: '°', digits: 2 },
  within11_25: { name: 'within 11.25°', ...PERCENT },
  within22_5: { name: 'within 22.5°', ...PERCENT },
  within30: { name: 'within 30°', ...PERCENT },
  odsF: { name: 'odsF*', ...PERCENT },
  oisF: { name: 'oisF*', ...PERCENT },
})

export interface FigureRow {
  readonly name: string
  readonly unit: string
  readonly paper: string
  readonly strict: string
}

/** The rows of one task's table. */
export function figureRows({
  paper,
  strict,
}: Readonly<Record<'paper' | 'strict', Readonly<Record<string, number | null>>>>): FigureRow[] {
  return Object.entries(FIGURES).flatMap(([id, { name, unit, digits }]) => {
    if (paper[id] === undefined && strict[id] === undefined) return []
    const shown = (value: number | null | undefined): string => value?.toFixed(digits) ?? '–'
    return [{ name, unit, paper: shown(paper[id]), strict: shown(strict[id]) }]
  })
}

/** The tasks a table of results has figures of, in the usual order. */
export function publishedTasks({ results }: NonNullable<ShownEvaluation['published']>): TaskId[] {
  return TASK_IDS.filter((task) => results.some(({ figures }) => figures[task] !== undefined))
}
