import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as v from 'valibot'
import type { KeyedImage } from '../../shared/inference-protocol'
import { readTrace } from '../../shared/lab/trace-frame'
import { interventionsSchema } from '../../shared/lab/intervention'
import type { DenseMap } from '../../shared/maps'
import { TASK_IDS } from '../../shared/tasks'
import { decodeNpy } from '../codecs/npy'
import { readPhotoFile } from '../codecs/photo'
import { InferenceHost } from '../inference/host'
import { openBundle } from '../predictions/bundle'
import { imageOf, LabModel } from './lab-model'

/**
 * The lab in the child against PyTorch, layer by layer with explicit value vectors (`python -m mqtransformer lab_oracle`,
 * see model/README.md): both tiny networks, and the demo model at sampled pixels and cells.
 */
const ROOT = resolve(import.meta.dirname, '../../..')
const SETS = [
  ...['tiny-bundle', 'tiny-released'].map((name) => ({
    bundle: `test/fixtures/${name}`,
    oracle: `test/fixtures/${name}/oracle`,
    photos: {
      small: `test/fixtures/${name}/oracle/small.png`,
      large: `test/fixtures/${name}/oracle/large.png`,
    },
  })),
  {
    bundle: 'resources/models/rooms-mqs',
    oracle: 'test/fixtures/rooms-mqs',
    photos: { small: 'resources/demo/images/0001.png', large: 'resources/demo/images/0002.png' },
  },
]

const TOLERANCE = 1e-4

const part = { offset: v.number(), lengths: v.array(v.number()) }
const notesSchema = v.object({
  pixelStep: v.number(),
  cellStep: v.number(),
  cases: v.array(v.object({ name: v.string(), interventions: interventionsSchema, ...part })),
  traces: v.array(
    v.object({
      task: v.picklist(TASK_IDS),
      x: v.number(),
      y: v.number(),
      weighting: v.picklist(['contribution', 'raw']),
      head: v.nullable(v.number()),
      interventions: interventionsSchema,
      ...part,
    }),
  ),
})

describe.each(SETS)('the lab of $bundle', ({ bundle, oracle, photos }) => {
  const host = new InferenceHost()
  const options = { queriesOf }
  let model: LabModel
  let notes: v.InferOutput<typeof notesSchema>
  let numbers: Float32Array
  let small: KeyedImage
  let large: KeyedImage

  beforeAll(async () => {
    model = new LabModel(host, { ...(await openBundle(join(ROOT, bundle))), provider: 'cpu' })
    small = { key: 'small', ...(await readPhotoFile(join(ROOT, photos.small), 'small')) }
    large = { key: 'large', ...(await readPhotoFile(join(ROOT, photos.large), 'large')) }
    notes = v.parse(notesSchema, JSON.parse(await readFile(join(ROOT, oracle, 'lab.json'), 'utf8')))
    const { data } = decodeNpy(await readFile(join(ROOT, oracle, 'lab.npy')), 'lab.npy')
    if (!(data instanceof Float32Array)) throw new Error('lab.npy is not float32')
    numbers = data
  })
  afterAll(() => host.dispose())

  async function queriesOf(source: string): Promise<Float32Array<ArrayBuffer>> {
    const other = await model.queries(imageOf(large))
    if (source === 'sample:large') return other
    const mine = await model.queries(imageOf(small))
    return mine.map((value, at) => (value + other[at]!) / 2)
  }
  /** The oracle's blocks, one after another. */
  function expected({ offset, lengths }: { offset: number; lengths: number[] }): Float32Array[] {
    let at = offset
    return lengths.map((length) => numbers.subarray(at, (at += length)))
  }

  it('predicts as PyTorch under interventions of every kind', async () => {
    const tasks = model.ref.card.tasks.map(({ id }) => id)
    const moved = new Set<string>()
    const plain = await model.changed(small, [], tasks)
    for (const entry of notes.cases) {
      const maps = await model.changed(small, entry.interventions, tasks, options)
      for (const [at, wanted] of expected(entry).entries()) {
        const map = maps.get(tasks[at]!)!
        const found = everyNth(map, notes.pixelStep)
        const where = `${entry.name}, ${tasks[at]}`
        expect(found.length, where).toBe(wanted.length)
        if (map.kind === 'class') expect(agreement(found, wanted), where).toBeGreaterThan(0.99)
        else expect(relativeError(found, wanted), where).toBeLessThan(TOLERANCE)
        if (relativeError(everyNth(plain.get(tasks[at]!)!, notes.pixelStep), wanted) > 2 * TOLERANCE)
          moved.add(entry.name)
      }
    }
    // Every kind of intervention moves something further than what is allowed: an oracle that did nothing would agree with everything.
    expect([...moved].sort()).toEqual(
      notes.cases
        .map(({ name }) => name)
        .filter((name) => name !== 'nothing')
        .sort(),
    )
  })

  it('traces as explicit value vectors say', async () => {
    expect(notes.traces.length).toBeGreaterThan(5)
    for (const { interventions, offset, lengths, ...question } of notes.traces) {
      const ask = { kind: 'trace' as const, ...question }
      const { frame } = await model.ask(imageOf(small), interventions, ask, options)
      const { header, read, origin, maps } = readTrace(frame)
      const [wanted] = expected({ offset, lengths })
      const where = JSON.stringify({ ...question, interventions: interventions.length })
      expect(Math.abs(header.ownFeature - wanted![0]!), where).toBeLessThan(1e-5)
      let at = 1
      const compare = (found: Float32Array): void => {
        const error = relativeError(found, wanted!.subarray(at, (at += found.length)))
        expect(error, `${where} at ${at}`).toBeLessThan(TOLERANCE)
      }
      for (const shares of [read, origin]) compare(shares)
      for (const map of maps) compare(map.filter((_, cell) => cell % notes.cellStep === 0))
      expect(at, where).toBe(wanted!.length)
    }
  })
})

function everyNth({ kind, data }: DenseMap, step: number): Float32Array {
  const channels = kind === 'vector' ? 3 : 1
  const pixels = data.length / channels
  const found: number[] = []
  for (let pixel = 0; pixel < pixels; pixel += step)
    for (let channel = 0; channel < channels; channel++) found.push(data[pixel * channels + channel]!)
  return Float32Array.from(found)
}

function agreement(found: Float32Array, wanted: Float32Array): number {
  return found.filter((value, at) => value === wanted[at]).length / wanted.length
}

/** Largest difference over the oracle's largest magnitude. */
function relativeError(found: Float32Array, wanted: Float32Array): number {
  let [worst, largest] = [0, 1e-12]
  wanted.forEach((value, at) => {
    worst = Math.max(worst, Math.abs(value - found[at]!))
    largest = Math.max(largest, Math.abs(value))
  })
  return worst / largest
}
