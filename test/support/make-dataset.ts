import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { encodeNpy } from '../../src/engine/codecs/npy'
import { encodePng, plainPng } from '../../src/engine/codecs/png'

export interface TinyDataset {
  /** Ids by split. */
  readonly splits?: Readonly<Record<string, readonly string[]>>
  readonly width?: number
  readonly height?: number
}

/** Vectors of unit length as the bytes of n = 2 p / 255 - 1. */
function unitVectors(count: number, random: () => number): Uint8Array<ArrayBuffer> {
  const stored = new Uint8Array(count * 3)
  for (let i = 0; i < stored.length; i += 3) {
    const vector = [random() - 0.5, random() - 0.5, random() + 0.1]
    const length = Math.hypot(...vector)
    stored.set(
      vector.map((value) => Math.round(((value / length + 1) / 2) * 255)),
      i,
    )
  }
  return stored
}

/** Deterministic numbers in [0, 1): the mulberry32 generator. */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/**
 * Writes a complete NYUDv2 folder of noise: photo, segmentation (0..40), depth (m), unit normals, boundaries and id lists,
 * with the extra files a real folder has. The same arguments give the same bytes. Returns `root`.
 */
export async function makeDataset(root: string, options: TinyDataset = {}): Promise<string> {
  const { splits = { train: ['a', 'b'], val: ['c'] }, width = 8, height = 6 } = options
  for (const folder of ['images', 'segmentation', 'depth', 'normals', 'edge', 'gt_sets'])
    await mkdir(join(root, folder), { recursive: true })
  await writeFile(join(root, 'README.md'), '# Tiny rooms made of noise, for tests\n\nNothing else.\n')
  await writeFile(
    join(root, 'centroids.npy'),
    encodeNpy({ dtype: 'f4', shape: [2, 3], data: Float32Array.of(0, 0, 1, 1, 0, 0) }),
  )
  for (const [split, ids] of Object.entries(splits)) {
    await writeFile(join(root, 'gt_sets', `${split}.txt`), ids.map((id) => `${id}\n`).join(''))
    for (const [index, id] of ids.entries())
      await makeSample(root, id, width, height, split.length * 1000 + index)
  }
  return root
}

async function makeSample(
  root: string,
  id: string,
  width: number,
  height: number,
  seed: number,
): Promise<void> {
  const random = randomFrom(seed)
  const pixels = width * height
  const size = { width, height }
  const bytes = (count: number, limit: number): Uint8Array<ArrayBuffer> =>
    Uint8Array.from({ length: count }, () => Math.floor(random() * limit))
  const png = async (folder: string, colour: 'grey' | 'rgb', data: Uint8Array<ArrayBuffer>): Promise<void> =>
    writeFile(join(root, folder, `${id}.png`), await encodePng(plainPng(size, colour, 8, data)))
  await png('images', 'rgb', bytes(pixels * 3, 256))
  await png('segmentation', 'grey', bytes(pixels, 41))
  await png('normals', 'rgb', unitVectors(pixels, random))
  await png(
    'edge',
    'grey',
    bytes(pixels, 2).map((bit) => bit * 255),
  )
  const data = Float32Array.from({ length: pixels }, () => random() * 10)
  await writeFile(join(root, 'depth', `${id}.npy`), encodeNpy({ dtype: 'f4', shape: [height, width], data }))
}
