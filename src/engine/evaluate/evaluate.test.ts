import { appendFile, mkdir, readdir, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { makeDataset } from '../../../test/support/make-dataset'
import { temporaryFolder } from '../../../test/support/temporary'
import { METRICS } from '../../shared/metrics'
import { anglesOf } from '../../shared/metrics/normals'
import { addTallies } from '../../shared/metrics/tally'
import { encodeNpy } from '../codecs/npy'
import type { Dataset } from '../dataset/dataset'
import { openDataset } from '../dataset/readers'
import { evaluate, type EvaluateRequest } from './evaluate'
import type { Evaluation } from './evaluation'
import { contextOf, localMeasurer } from './measurer'
import { workerPool } from './pool'
import { tasksIn } from './prediction-source'

const SPLITS = { train: ['a', 'b'], val: ['c', 'd', 'e'] }
const SIZE = { width: 40, height: 32 }

/** A data set and, as predictions, the same ids with other noise. */
async function folders(): Promise<{ dataset: Dataset; root: string; predicted: string; cacheDir: string }> {
  const folder = await temporaryFolder()
  const root = await makeDataset(join(folder, 'labels'), { ...SIZE, splits: SPLITS })
  const other = { ...SIZE, splits: { training: SPLITS.train, validation: SPLITS.val } }
  const predicted = await makeDataset(join(folder, 'predicted'), other)
  return { dataset: await openDataset(root), root, predicted, cacheDir: join(folder, 'cache') }
}

async function run(
  given: Awaited<ReturnType<typeof folders>>,
  changes: Partial<EvaluateRequest> = {},
): Promise<Evaluation> {
  const { dataset, predicted, cacheDir } = given
  const spec = { kind: 'folder', root: predicted } as const
  const measurer = localMeasurer(dataset, spec)
  const tasks = await tasksIn(predicted, dataset)
  return evaluate({
    dataset,
    spec,
    predictions: predicted,
    tasks,
    split: 'val',
    cacheDir,
    measurer,
    ...changes,
  })
}

const timeless = ({ seconds: _, reused: __, ...rest }: Evaluation): unknown => rest

describe('evaluate', () => {
  it('pools the sums of a split and gives both modes of every task', async () => {
    const given = await folders()
    const found = await run(given)
    expect(found).toMatchObject({ split: 'val', samples: 3, layout: 'nyudv2', skipped: [], reused: 0 })
    expect(Object.keys(found.metrics)).toEqual(['semseg', 'depth', 'normals', 'edge'])
    const predictions = await openDataset(given.predicted)
    const tallies = await Promise.all(
      SPLITS.val.map(async (id) =>
        METRICS.depth.measure(
          await given.dataset.readLabel(id, 'depth'),
          await predictions.readLabel(id, 'depth'),
          contextOf(given.dataset, 'depth'),
        ),
      ),
    )
    const { paper, strict } = METRICS.depth.figures(
      tallies.reduce(addTallies),
      contextOf(given.dataset, 'depth'),
    )
    expect(found.metrics.depth).toEqual({ samples: 3, paper, strict })
    expect(found.perClass.semseg).toHaveLength(40)
    expect(Object.keys(found.perImage)).toEqual(SPLITS.val)
    const angles = await Promise.all(
      SPLITS.val.map(async (id) =>
        anglesOf(await given.dataset.readLabel(id, 'normals'), await predictions.readLabel(id, 'normals')),
      ),
    )
    const sorted = angles.flatMap(({ valid }) => [...valid]).sort((a, b) => a - b)
    const middle = (sorted[Math.floor((sorted.length - 1) / 2)]! + sorted[Math.floor(sorted.length / 2)]!) / 2
    expect(Math.abs(found.metrics.normals!.strict.median! - middle)).toBeLessThan(1e-6)
  })

  it('gives the same on threads', async () => {
    const given = await folders()
    const local = await run(given)
    const spec = { kind: 'folder', root: given.predicted } as const
    const measurer = workerPool(given.dataset, spec, 2)
    onTestFinished(() => measurer.close())
    const threaded = await run({ ...given, cacheDir: `${given.cacheDir}2` }, { measurer })
    expect(timeless(threaded)).toEqual(timeless(local))
  })

  it('measures only what changed, also after a run that was killed inside a line', async () => {
    const given = await folders()
    const first = await run(given)
    const again = await run(given)
    expect(again.reused).toBe(12)
    expect(timeless(again)).toEqual(timeless(first))

    const store = join(
      given.cacheDir,
      'evaluations',
      (await readdir(join(given.cacheDir, 'evaluations')))[0]!,
    )
    await appendFile(store, '{"id":"c","task":"depth","stamp":"')
    await makeDataset(given.predicted, { ...SIZE, splits: { another: ['d'] } })
    const changed = await run(given)
    expect(changed.reused).toBe(8)
    expect(changed.perImage.c).toEqual(first.perImage.c)
    expect(changed.perImage.d).not.toEqual(first.perImage.d)
    expect((await run(given)).reused).toBe(12)
  })

  it('skips what cannot be read and names it', async () => {
    const given = await folders()
    await rm(join(given.predicted, 'edge', 'c.png'))
    await truncate(join(given.predicted, 'depth', 'd.npy'), 200)
    const found = await run(given)
    expect(found.skipped.map(({ sample, task, code }) => [sample, task, code])).toEqual([
      ['c', 'edge', 'file_missing'],
      ['d', 'depth', 'file_truncated'],
    ])
    expect(found.metrics.edge?.samples).toBe(2)
    expect(found.samples).toBe(3)
  })

  it('reads raw logits before the rounded encodings', async () => {
    const given = await folders()
    await mkdir(join(given.predicted, 'semseg'))
    const plane = SIZE.width * SIZE.height
    for (const id of SPLITS.val) {
      const data = new Float32Array(40 * plane)
      const { data: label } = await given.dataset.readLabel(id, 'semseg')
      for (let i = 0; i < plane; i++) if (label[i]! < 40) data[label[i]! * plane + i] = 1
      const bytes = encodeNpy({ dtype: 'f4', shape: [40, SIZE.height, SIZE.width], data })
      await writeFile(join(given.predicted, 'semseg', `${id}.npy`), bytes)
    }
    expect((await run(given)).metrics.semseg?.strict).toMatchObject({ mIoU: 100, pixelAccuracy: 100 })
  })

  it('refuses an unknown split and a folder without predictions, and stops when asked to', async () => {
    const given = await folders()
    await expect(run(given, { split: 'test' })).rejects.toThrow('there is train, val')
    await expect(tasksIn(given.cacheDir, given.dataset)).rejects.toThrow('not a folder')
    await mkdir(given.cacheDir)
    await expect(tasksIn(given.cacheDir, given.dataset)).rejects.toThrow('holds no predictions')
    await expect(run(given, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' })
  })
})
