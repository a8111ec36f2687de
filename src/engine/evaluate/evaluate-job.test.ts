import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { fakePredictions } from '../../../test/support/fake-predictions'
import { makeDataset } from '../../../test/support/make-dataset'
import { temporaryFolder } from '../../../test/support/temporary'
import { openDataset } from '../dataset/readers'
import { evaluateJob } from './evaluate-job'

const signal = new AbortController().signal

describe('an evaluation as a job', () => {
  it('reports the figures, names what was skipped and keeps the page', async () => {
    const folder = await temporaryFolder()
    const size = { width: 24, height: 20 }
    const dataset = await openDataset(await makeDataset(join(folder, 'labels'), size))
    const predicted = await makeDataset(join(folder, 'predicted'), {
      ...size,
      splits: { all: ['a', 'b', 'c'] },
    })
    await rm(join(predicted, 'depth', 'a.npy'))
    const keep = vi.fn<(page: string) => void>()
    const progress = vi.fn()
    const wish = { kind: 'evaluate', split: null, predictions: predicted } as const
    const predictions = { ...fakePredictions(), cacheDir: join(folder, 'cache') }
    const { message, problem, report } = await evaluateJob(dataset, predictions, wish, keep)(progress, signal)
    expect(message).toBe('3 samples measured')
    expect(problem).toMatchObject({ code: 'file_missing', details: { skipped: ['a'] } })
    expect(report).toMatchObject({
      samples: 3,
      skipped: 1,
      metrics: { depth: { samples: 2 }, edge: { samples: 3 } },
    })
    expect(JSON.parse(JSON.stringify(report))).not.toHaveProperty('perImage')
    expect(keep.mock.calls[0]?.[0]).toContain('<h2>')
    expect(progress).toHaveBeenCalledWith(3, 3, 'c')
  })

  it('needs a model when no folder is given, and one for these labels', async () => {
    const folder = await temporaryFolder()
    const dataset = await openDataset(await makeDataset(join(folder, 'labels')))
    const wish = { kind: 'evaluate', split: null, predictions: null } as const
    const predictions = fakePredictions()
    const run = (): Promise<unknown> =>
      evaluateJob(dataset, predictions, wish, () => undefined)(() => undefined, signal)
    await expect(run()).rejects.toThrow('no model is open')
    await predictions.openModel('/models/x')
    await expect(run()).rejects.toThrow('predicts 0 classes of semseg, the data set has 40')
  })
})
