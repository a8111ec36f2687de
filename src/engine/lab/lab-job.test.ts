import { join, resolve } from 'node:path'
import * as v from 'valibot'
import { describe, expect, it, onTestFinished, vi, type Mock } from 'vitest'
import { tinyRooms } from '../../../test/support/tiny-rooms'
import {
  influenceReportSchema,
  rankingSchema,
  replaySchema,
  splitMatrixSchema,
  type LabJobRequest,
} from '../../shared/lab/jobs'
import type { Dataset } from '../dataset/dataset'
import { openDataset } from '../dataset/readers'
import type { Outcome, Progress } from '../jobs'
import { createPredictions } from '../predictions/service'
import { labJob } from './lab-job'
import type { LabModel } from './lab-model'

const TINY = resolve(import.meta.dirname, '../../../test/fixtures/tiny-bundle')

async function start(): Promise<{
  run: (request: LabJobRequest, signal?: AbortSignal) => Promise<Outcome>
  progress: Mock<Progress>
  predict: (id: string) => Promise<unknown>
  model: LabModel
  dataset: Dataset
}> {
  const root = await tinyRooms()
  const dataset = await openDataset(root)
  const predictions = createPredictions({ provider: 'cpu', cacheDir: join(root, '../cache') })
  onTestFinished(() => predictions.dispose())
  await predictions.openModel(TINY)
  const progress = vi.fn<Progress>()
  const signal = new AbortController().signal
  const predict = (id: string): Promise<unknown> => predictions.predict(dataset, id)
  return {
    progress,
    predict,
    model: predictions.labModel(),
    dataset,
    run: (request, stop = signal) => labJob(dataset, predictions, request)(progress, stop),
  }
}

/** As the window gets it: through JSON, parsed. */
function parsed<const S extends v.GenericSchema>(schema: S, { report }: Outcome): v.InferOutput<S> {
  return v.parse(schema, JSON.parse(JSON.stringify(report)))
}

describe('jobs of the attention lab', () => {
  it('measure the influence in one sample, link by link', async () => {
    const { run, progress } = await start()
    const outcome = await run({
      kind: 'influence',
      samples: { of: 'sample', sample: 'small' },
      mode: 'renormalise',
      labels: false,
    })
    const report = parsed(influenceReportSchema, outcome)
    expect(report).toMatchObject({ samples: 1, skipped: [] })
    expect(report.modelHash).toMatch(/^[0-9a-f]{64}$/)
    expect(progress).toHaveBeenCalledTimes(128)
    expect(report).not.toHaveProperty('perSample')
  })

  it('replay interventions on a split, name what was skipped, and stop when they are told to', async () => {
    const { run, progress } = await start()
    const request = { kind: 'replay', samples: { of: 'split', split: 'val' }, interventions: [] } as const
    const outcome = await run({ ...request, interventions: [] })
    expect(outcome.message).toBe('2 images predicted with and without')
    expect(outcome.problem).toMatchObject({ code: 'file_truncated', details: { skipped: ['broken'] } })
    expect(parsed(replaySchema, outcome).samples).toBe(2)
    expect(progress).toHaveBeenCalledWith(3, 3, '')
    const stopped = run({ ...request, interventions: [] }, AbortSignal.abort())
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' })
  })

  it('rank what a region depends on, telling what is known as they go', async () => {
    const { run, progress, predict, model, dataset } = await start()
    const { tasks, scales, queries } = model.ref.card
    const { width, height } = await dataset.readPhoto('small')
    const region = { width, height, bounds: { x: 10, y: 8, width: 20, height: 4 }, runs: [0, 80] }
    const request = { kind: 'ranking', sample: 'small', task: 'depth', mode: 'renormalise' } as const
    await expect(run({ ...request, region: null })).rejects.toMatchObject({ code: 'not_found' })
    await predict('small')
    const ranking = parsed(rankingSchema, await run({ ...request, region }))
    expect(ranking).toMatchObject({
      task: 'depth',
      modelHash: model.ref.hash,
      mode: 'renormalise',
      weighting: 'contribution',
      left: 0,
    })
    expect(ranking.tasks).toHaveLength(tasks.length)
    expect(ranking.scales).toHaveLength(scales.length)
    expect(ranking.queries).toHaveLength(tasks.length * scales.length * queries)
    for (const list of [ranking.tasks, ranking.scales, ranking.queries]) {
      const effects = list.map(({ effect }) => effect!)
      expect(effects).toEqual([...effects].sort((a, b) => b - a))
      expect(effects[0]).toBeGreaterThan(0)
    }
    // What is read from all tasks, and what a pixel keeps of its own, are shares of one whole.
    const read = ranking.tasks.reduce((sum, { read: share }) => sum + share!, 0)
    expect(read).toBeGreaterThan(0)
    expect(read).toBeLessThanOrEqual(1 + 1e-6)
    const single = ranking.queries.reduce((sum, { read: share }) => sum + share!, 0)
    expect(single).toBeCloseTo(read, 5)
    const first = progress.mock.calls[0]?.[3]
    expect(v.parse(rankingSchema, first).left).toBe(
      tasks.length * (1 + scales.length * queries) + scales.length - 1,
    )
  })

  it('average matrices over a split', async () => {
    const { run, model } = await start()
    const outcome = await run({
      kind: 'splitMatrix',
      split: 'val',
      of: { level: 'task' },
      weighting: 'raw',
      head: null,
    })
    const mean = parsed(splitMatrixSchema, outcome)
    expect(mean).toMatchObject({ samples: 2, skipped: [{ sample: 'broken' }] })
    expect(mean.matrices).toHaveLength(model.shape.scales.length)
    for (const { values } of mean.matrices)
      for (const row of values) expect(row.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 5)
  })

  it('refuse samples and splits that are not there', async () => {
    const { run } = await start()
    const influence = { kind: 'influence', mode: 'renormalise', labels: false } as const
    await expect(run({ ...influence, samples: { of: 'sample', sample: 'x' } })).rejects.toMatchObject({
      code: 'sample_missing',
    })
    await expect(run({ ...influence, samples: { of: 'split', split: 'x' } })).rejects.toMatchObject({
      code: 'bad_arguments',
    })
  })
})
