import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ForwardJob, ForwardResult, ModelRef, StreamedTensor } from '../../shared/inference-protocol'
import { decodeNpy } from '../codecs/npy'
import { readPhotoFile } from '../codecs/photo'
import { openBundle } from '../predictions/bundle'
import { InferenceHost } from './host'

/** The whole forward in the child against what PyTorch gave for the same photos (fixtures of the model package). */
const BUNDLE = resolve(import.meta.dirname, '../../../test/fixtures/tiny-bundle')

async function oracle(name: string): Promise<Float32Array | Uint8Array> {
  const { data } = decodeNpy(await readFile(join(BUNDLE, 'oracle', `${name}.npy`)), name)
  if (data instanceof Float32Array || data instanceof Uint8Array) return data
  throw new Error(`${name} is neither float32 nor uint8`)
}

/** Largest difference over the oracle's largest magnitude; `found` may hold more channels than the oracle kept. */
function relativeError(found: Float32Array, expected: Float32Array | Uint8Array): number {
  let [worst, largest] = [0, 0]
  expected.forEach((value, i) => {
    worst = Math.max(worst, Math.abs(value - found[i]!))
    largest = Math.max(largest, Math.abs(value))
  })
  return worst / largest
}

const host = new InferenceHost()
let model: ModelRef
beforeAll(async () => {
  const { directory, hash, card } = await openBundle(BUNDLE)
  model = { directory, hash, card, provider: 'cpu' }
})
afterAll(() => host.dispose())

async function run(
  photo: string,
  job: Partial<ForwardJob> = {},
): Promise<ForwardResult & { tensors: Map<string, StreamedTensor> }> {
  const tensors = new Map<string, StreamedTensor>()
  const image = { key: photo, ...(await readPhotoFile(join(BUNDLE, 'oracle', `${photo}.png`), photo)) }
  const result = await host.run(
    model,
    {
      kind: 'forward',
      image,
      keepAttention: true,
      stream: { logits: true, attention: true },
      ...job,
    },
    { onTensor: (tensor) => void tensors.set(tensor.name, tensor) },
  )
  return { ...result, tensors }
}

describe.each(['small', 'large'])('the forward of a photo %ser than the input', (photo) => {
  let result: Awaited<ReturnType<typeof run>>
  beforeAll(async () => {
    result = await run(photo)
  })

  it.each(['logits_semseg', 'logits_depth', 'logits_normals', 'logits_edge'])('%s', async (name) => {
    const expected = await oracle(`${photo}.${name}`)
    expect(relativeError(result.tensors.get(name)!.data, expected)).toBeLessThan(1e-4)
  })

  it.each([
    'cross_task_attention',
    'cross_scale_attention',
    'encoder_attention_depth_s1',
    'decoder_attention_edge_s2',
  ])('%s', async (name) => {
    const expected = await oracle(`${photo}.${name}`)
    const found = result.tensors.get(name)!.data
    expect(found.length).toBe(expected.length)
    const worst = found.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0)
    expect(worst).toBeLessThan(1e-5)
  })

  it('decodes the same classes in every pixel', async () => {
    const semseg = result.maps.find(({ task }) => task === 'semseg')!.map
    expect(semseg.data).toEqual(await oracle(`${photo}.argmax_semseg`))
  })

  it('decodes depth, normals and boundaries by the card’s activations', () => {
    const logits = (task: string): Float32Array => result.tensors.get(`logits_${task}`)!.data
    const map = (task: string): Float32Array | Uint8Array =>
      result.maps.find((m) => m.task === task)!.map.data
    const pixels = logits('depth').length
    for (let i = 0; i < pixels; i += 97) {
      expect(map('depth')[i]).toBe(Math.max(0, logits('depth')[i]!))
      expect(map('edge')[i]).toBeCloseTo(1 / (1 + Math.exp(-logits('edge')[i]!)), 6)
      const vector = [0, 1, 2].map((axis) => logits('normals')[axis * pixels + i]!)
      const length = Math.hypot(...vector)
      vector.forEach((value, axis) => expect(map('normals')[i * 3 + axis]).toBeCloseTo(value / length, 6))
    }
  })

  it('gives rows of attention that sum to one', () => {
    const rows = [...result.attention!.crossTask.flat(), ...result.attention!.crossScale.flat()]
    expect(rows).toHaveLength(2 * 4 * 4)
    for (const row of rows) expect(row.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5)
  })

  it('answers the lab with one query’s map, the mean over heads, and where the image lies on it', async () => {
    const image = { key: photo, ...(await readPhotoFile(join(BUNDLE, 'oracle', `${photo}.png`), photo)) }
    const view = { weighting: 'raw', head: null } as const
    const { answer } = await host.run(model, {
      kind: 'lab',
      image,
      interventions: [],
      queries: [],
      ask: { kind: 'query', ...view, task: 'depth', scale: 1, query: 3 },
    })
    if (answer.kind !== 'query') throw new Error(`answered ${answer.kind}`)
    const { read } = answer.header
    const expected = await oracle(`${photo}.encoder_attention_depth_s1`)
    const pixels = 6 * 8
    for (let i = 0; i < pixels; i++) {
      const mean = (expected[3 * pixels + i]! + expected[(4 + 3) * pixels + i]!) / 2
      expect(answer.data[read.offset + i]).toBeCloseTo(mean, 5)
    }
    expect([read.width, read.height, read.imageRect]).toEqual(
      photo === 'large'
        ? [8, 6, { x: 3 / 8, y: 0, width: 58 / 8, height: 6 }]
        : [8, 6, { x: 7 / 8, y: 3 / 8, width: 50 / 8, height: 41 / 8 }],
    )
  })
})

it('runs the encoder once for a photo', async () => {
  await run('small')
  expect(Object.keys((await run('small')).seconds)).not.toContain('encoder')
})

it('computes neither logits nor attention tensors that were not asked for', async () => {
  const { tensors, maps } = await run('small', { stream: { logits: false, attention: false } })
  expect(tensors.size).toBe(0)
  expect(maps).toHaveLength(4)
})
