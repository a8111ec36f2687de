import { spawnSync } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodeNpy } from '../src/engine/codecs/npy'
import { openDataset } from '../src/engine/dataset/readers'
import { openBundle } from '../src/engine/predictions/bundle'
import { predictFolder } from '../src/engine/predictions/predict-folder'
import { rawLogitsFile } from '../src/engine/predictions/raw-logits'
import { predictLayout } from '../src/engine/predictions/predict-layout'
import { pythonPath } from './support/python'

/**
 * `predict --raw` against onnxruntime for Python on the same bundle, with Pillow and NumPy around it
 * (test/support/predict_reference.py): a photo smaller and one larger than the tiny models' input.
 * MQ_STUDIO_PYTHON names an interpreter that has them where the usual one does not.
 */
const ROOT = resolve(import.meta.dirname, '..')
const PYTHON = process.env.MQ_STUDIO_PYTHON ?? pythonPath
const able = spawnSync(PYTHON, ['-c', 'import onnxruntime, numpy, PIL']).status === 0
const BUNDLES = [
  'test/fixtures/tiny-bundle',
  'test/fixtures/tiny-released',
  'test/fixtures/single-graph',
  'resources/models/rooms-mqs',
]
const PHOTOS = ['small', 'large']
const TOLERANCE = 1e-4

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mq-parity-'))
  await mkdir(join(folder, 'photos'))
  for (const name of PHOTOS)
    await cp(join(ROOT, `test/fixtures/tiny-bundle/oracle/${name}.png`), join(folder, `photos/${name}.png`))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function floats(path: string): Promise<{ shape: readonly number[]; data: Float32Array }> {
  const { data, shape } = decodeNpy(await readFile(path), path)
  if (data instanceof Float32Array) return { data, shape }
  throw new Error(`${path} is not float32`)
}

describe.skipIf(!able)('predict --raw', { timeout: 120_000 }, () => {
  it.each(BUNDLES)('gives what onnxruntime for Python gives: %s', async (name) => {
    const bundle = await openBundle(join(ROOT, name))
    const out = await mkdtemp(join(folder, 'out-'))
    const expected = await mkdtemp(join(folder, 'expected-'))
    const script = join(ROOT, 'test/support/predict_reference.py')
    const made = spawnSync(PYTHON, [script, join(ROOT, name), join(folder, 'photos'), expected])
    expect(made.stderr.toString()).toBe('')
    const photos = await openDataset(join(folder, 'photos'))
    const request = { dataset: photos, bundle, out, ids: PHOTOS, provider: 'cpu', attention: false } as const
    await predictFolder({ ...request, raw: true })
    const { dataset } = await predictLayout(photos, bundle.card)
    let worst = { difference: 0, where: '' }
    for (const id of PHOTOS)
      for (const task of bundle.card.tasks) {
        const wanted = await floats(join(expected, `${id}.${task.id}.npy`))
        const found = await floats(join(out, rawLogitsFile(dataset, id, task.id)))
        expect(found.shape).toEqual(wanted.shape)
        const largest = wanted.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
        const difference = wanted.data.reduce(
          (most, value, at) => Math.max(most, Math.abs(value - found.data[at]!)),
          0,
        )
        if (difference / largest >= worst.difference)
          worst = { difference: difference / largest, where: `${task.id} of ${id}` }
      }
    console.log(`${name}: largest relative difference ${worst.difference.toExponential(1)} (${worst.where})`)
    expect(worst.difference, worst.where).toBeLessThanOrEqual(TOLERANCE)
  })
})
