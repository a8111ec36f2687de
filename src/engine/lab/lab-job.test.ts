import { join, resolve } from 'node:path'
import * as v from 'valibot'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { tinyRooms } from '../../../test/support/tiny-rooms'
import { influenceReportSchema, replaySchema, type LabJobRequest } from '../../shared/lab/jobs'
import { openDataset } from '../dataset/readers'
import type { Outcome } from '../jobs'
import { createPredictions } from '../predictions/service'
import { labJob } from './lab-job'

const TINY = resolve(import.meta.dirname, '../../../test/fixtures/tiny-bundle')

async function start(): Promise<{
  run: (request: LabJobRequest, signal?: AbortSignal) => Promise<Outcome>
  progress: ReturnType<typeof vi.fn>
}> {
  const root = await tinyRooms()
  const dataset = await openDataset(root)
  const predictions = createPredictions({ provider: 'cpu', cacheDir: join(root, '../cache') })
  onTestFinished(() => predictions.dispose())
  await predictions.openModel(TINY)
  const progress = vi.fn()
  const signal = new AbortController().signal
  return { progress, run: (request, stop = signal) => labJob(dataset, predictions, request)(progress, stop) }
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
