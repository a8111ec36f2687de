import { deflateSync } from 'node:zlib'
import { decodeMat } from '../../src/engine/codecs/mat-decode'
import { encodeMat } from '../../src/engine/codecs/mat-encode'
import { readMatDims } from '../../src/engine/codecs/mat-start'
import { numeric, type MatArray } from '../../src/engine/codecs/mat-values'
import { labelMapEdges } from '../../src/engine/dataset/formats/label-map-edges'
import { partsMat } from '../../src/engine/dataset/formats/parts-mat'
import { AppError } from '../../src/shared/errors'
import { below, joined, mutate, pick, type Random } from './mutate'

const text = (value: string): MatArray => ({
  kind: 'char',
  dims: [1, value.length],
  text: value,
  storage: 'uint16',
})
const mask = (seed: number): MatArray =>
  numeric(
    'uint8',
    [5, 4],
    Uint8Array.from({ length: 20 }, (_, i) => (i * seed) % 2),
  )

async function corpus(): Promise<Uint8Array[]> {
  const parts: MatArray = {
    kind: 'struct',
    dims: [1, 2],
    fields: ['part_name', 'mask'],
    values: [text('head'), mask(1), text('torso'), mask(3)],
  }
  const objects: MatArray = {
    kind: 'struct',
    dims: [1, 2],
    fields: ['class', 'class_ind', 'mask', 'parts'],
    values: [
      ...[text('person'), numeric('double', [1, 1], Float64Array.of(15)), mask(5), parts],
      ...[
        text('sofa'),
        numeric('double', [1, 1], Float64Array.of(18)),
        mask(7),
        numeric('double', [0, 0], new Float64Array()),
      ],
    ],
  }
  const anno: MatArray = {
    kind: 'struct',
    dims: [1, 1],
    fields: ['imname', 'objects'],
    values: [text('a'), objects],
  }
  const label = numeric(
    'uint16',
    [5, 4],
    Uint16Array.from({ length: 20 }, (_, i) => i * 20),
  )
  const cell: MatArray = {
    kind: 'cell',
    dims: [1, 3],
    values: [
      { ...numeric('double', [1, 2], Float64Array.of(1, 2)), storage: 'uint8' },
      numeric('int64', [1, 1], BigInt64Array.of(-5n)),
      { kind: 'cell', dims: [1, 1], values: [numeric('uint8', [1, 1], Uint8Array.of(1), true)] },
    ],
  }
  const values: [string, MatArray][] = [
    ['anno', anno],
    ['LabelMap', label],
    ['cell', cell],
  ]
  return Promise.all(values.map(([name, value]) => encodeMat([{ name, compressed: false, value }])))
}

/** A mutated plain file, or its content mutated and then compressed, or a compressed file mutated. */
function next(files: readonly Uint8Array[], random: Random): Uint8Array {
  const file = pick(random, files)
  const style = below(random, 3)
  if (style === 0) return mutate(file, files, random)
  const body = style === 1 ? mutate(file.subarray(128), files, random) : file.subarray(128)
  const packed = deflateSync(body)
  const tag = Buffer.alloc(8)
  tag.writeUInt32LE(15)
  tag.writeUInt32LE(packed.length, 4)
  const whole = joined(file.subarray(0, 128), tag, packed)
  return style === 1 ? whole : mutate(whole, files, random)
}

export const mat = {
  corpus,
  next,
  async read(bytes: Uint8Array): Promise<void> {
    await allowed(() => readMatDims(bytes.subarray(0, 512), bytes.length, 'x.mat', 'anno', [1, 2]))
    await allowed(() => partsMat(6).decode(bytes, 'x.mat', null))
    await allowed(() => labelMapEdges.decode(bytes, 'x.mat', null))
    const variables = await decodeMat(bytes, 'x.mat')
    if (variables.length !== (await decodeMat(await encodeMat(variables), 'x.mat')).length)
      throw new Error('a decoded file is not written as it was read')
  },
}

/** Errors with a name are what a reader owes; anything else is passed on. */
async function allowed(work: () => unknown): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof AppError)) throw error
  }
}
