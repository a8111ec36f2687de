import { execFileSync } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDataset } from '../src/engine/dataset/readers'
import { evaluate } from '../src/engine/evaluate/evaluate'
import { modelPredictions } from '../src/engine/evaluate/model-predictions'
import { modelInfoOf, openBundle } from '../src/engine/predictions/bundle'
import { predictFolder } from '../src/engine/predictions/predict-folder'
import { missingOf } from '../src/renderer/panels/model-words'
import { pythonFile, pythonHas, pythonPath } from './support/python'

/** Any multi-task ONNX file -> `python -m mqtransformer card` -> a bundle that predicts and is evaluated. */
const ROOT = resolve(import.meta.dirname, '..')
const DEMO = join(ROOT, 'resources/demo')

let folder: string
let bundle: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mq-single-'))
  bundle = join(folder, 'bundle')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

function makeBundle(): void {
  const network = join(folder, 'net.onnx')
  pythonFile(join(ROOT, 'test/support/make_multi_task.py'), network)
  const args = ['-m', 'mqtransformer', 'card', '--onnx', network, '--out', bundle, '--size', '192x256']
  execFileSync(pythonPath, args, { cwd: join(ROOT, 'model'), stdio: 'pipe' })
}

/** Two rooms of the demo data set. */
async function makeRooms(): Promise<string[]> {
  const { splits } = await openDataset(DEMO)
  const ids = (splits.val ?? []).slice(0, 2)
  const rooms = join(folder, 'rooms')
  for (const [name, extension] of Object.entries({
    images: 'png',
    segmentation: 'png',
    depth: 'npy',
    normals: 'png',
    edge: 'png',
  })) {
    await mkdir(join(rooms, name), { recursive: true })
    for (const id of ids)
      await cp(join(DEMO, name, `${id}.${extension}`), join(rooms, name, `${id}.${extension}`))
  }
  await mkdir(join(rooms, 'gt_sets'))
  await writeFile(join(rooms, 'gt_sets/val.txt'), `${ids.join('\n')}\n`)
  return ids
}

describe.skipIf(!pythonHas('onnx', 'torch', 'numpy'))(
  'a network that was made elsewhere',
  { timeout: 120_000 },
  () => {
    it('gets a card, predicts in the encodings of a data set and is evaluated', async () => {
      makeBundle()
      const ids = await makeRooms()
      const opened = await openBundle(bundle)
      const info = modelInfoOf(opened)
      expect(info).toMatchObject({ variant: 'single-graph', lab: { attention: false } })
      expect(missingOf(info)).toEqual([expect.stringContaining('A single graph gives no attention')])

      const dataset = await openDataset(join(folder, 'rooms'))
      const out = join(folder, 'out')
      const common = { bundle: opened, dataset, ids, provider: 'cpu', raw: false } as const
      expect(await predictFolder({ ...common, out, attention: false })).toMatchObject({
        samples: 2,
        skipped: [],
      })
      const written = await openDataset(out)
      expect(written.problems).toEqual([])
      expect((await written.describe(ids[0]!)).labels).toEqual(['semseg', 'depth', 'normals'])
      await expect(predictFolder({ ...common, out: join(folder, 'b'), attention: true })).rejects.toThrow(
        'is a single graph and has no attention',
      )

      const cacheDir = join(folder, 'cache')
      const { signal } = new AbortController()
      const { request, dispose } = await modelPredictions(
        bundle,
        { dataset, cacheDir, signal },
        { provider: 'cpu' },
      )
      try {
        const report = await evaluate({ dataset, split: 'val', cacheDir, signal, ...request })
        expect(report.skipped).toEqual([])
        const { semseg, depth } = report.metrics
        expect(semseg?.strict.mIoU).toBeGreaterThanOrEqual(0)
        expect(depth?.strict.rmse).toBeGreaterThan(0.1)
      } finally {
        await dispose()
      }
    })
  },
)
