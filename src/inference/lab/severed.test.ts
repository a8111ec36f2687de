import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'
import * as v from 'valibot'
import { decodeNpy } from '../../engine/codecs/npy'
import { readPhotoFile } from '../../engine/codecs/photo'
import { openBundle } from '../../engine/predictions/bundle'
import { tensorOf } from '../../shared/card-graphs'
import { cutOf, isOwn, linksOf } from '../../shared/lab/link'
import { Encoder } from '../encoder'
import { Model } from '../model'
import { runDecoder } from '../steps'
import { floats } from '../values'
import { LabRun } from './run'
import { LabSample } from './sample'

/** Models whose queries exchange nothing, computed by PyTorch with the same weights (`python -m mqtransformer lab_oracle`). */
const ROOT = resolve(import.meta.dirname, '../../..')
const notesSchema = v.object({
  pixelStep: v.number(),
  severed: v.object({ offset: v.number(), lengths: v.array(v.number()) }),
})

it.each([
  [
    'test/fixtures/tiny-bundle',
    'test/fixtures/tiny-bundle/oracle',
    'test/fixtures/tiny-bundle/oracle/small.png',
  ],
  [
    'test/fixtures/tiny-released',
    'test/fixtures/tiny-released/oracle',
    'test/fixtures/tiny-released/oracle/small.png',
  ],
  ['resources/models/rooms-mqs', 'test/fixtures/rooms-mqs', 'resources/demo/images/0001.png'],
])('every link cut equals the model with block-diagonal attention: %s', async (folder, oracle, photo) => {
  const notes = v.parse(notesSchema, JSON.parse(await readFile(join(ROOT, oracle, 'lab.json'), 'utf8')))
  const { data: numbers } = decodeNpy(await readFile(join(ROOT, oracle, 'lab.npy')), 'lab.npy')
  const model = new Model({ ...(await openBundle(join(ROOT, folder))), provider: 'cpu' })
  const image = { key: 'small', ...(await readPhotoFile(join(ROOT, photo), 'small')) }
  const sample = await LabSample.open(new Encoder(model), image)
  const tasks = model.card.tasks.map(({ id }) => id)
  const links = linksOf({ tasks, scales: model.card.scales }).filter((link) => !isOwn(link))
  const cuts = links.map((link) => cutOf(link, 'renormalise'))
  const plain = await LabRun.start(sample, [], new Map(), null)
  const severed = await LabRun.start(sample, cuts, new Map(), plain)

  let at = notes.severed.offset
  for (const [index, task] of tasks.entries()) {
    const output = tensorOf(model.graph(`decoder_${task}`).outputs, 'logits', task)
    const plane = model.card.input.width * model.card.input.height
    const logits = async ({ queriesOut, compiled }: LabRun): Promise<Float32Array> => {
      const cut = compiled.decoders.get(task) ?? null
      const values = await runDecoder(model, task, sample.encoded, queriesOut, cut, [output.name])
      return floats(values, output).filter((_, number) => (number % plane) % notes.pixelStep === 0)
    }
    const wanted = Float32Array.from(numbers.subarray(at, (at += notes.severed.lengths[index]!)))
    const found = await logits(severed)
    expect(found.length, task).toBe(wanted.length)
    expect(relativeError(found, wanted), task).toBeLessThan(1e-4)
    expect(relativeError(await logits(plain), wanted), task).toBeGreaterThan(1e-3)
  }
  await model.release()
})

/** Largest difference over the oracle's largest magnitude. */
function relativeError(found: Float32Array, wanted: Float32Array): number {
  const largest = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-12)
  return wanted.reduce((worst, value, at) => Math.max(worst, Math.abs(value - found[at]!)), 0) / largest
}
