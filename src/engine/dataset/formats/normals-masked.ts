import { AppError } from '../../../shared/errors'
import type { VectorMap } from '../../../shared/maps'
import { expectKind, type LabelFormat } from './format'
import { readLabelMap } from './label-map'
import { normalsPng } from './normals-png'

/**
 * Normals that count only where LabelMap, the companion, has one of `classes`; elsewhere they are invalid (0, 0, 0),
 * as PASCALContext's loaders make them. The hidden bytes of a file stay as they are. Encoding over a file throws
 * `value_out_of_range` for a normal at a hidden pixel: no loader would see it.
 */
export function normalsMasked(classes: ReadonlySet<number>): LabelFormat {
  const hidden = async (map: VectorMap, companion: Uint8Array | null): Promise<Uint8Array> => {
    const labels = await readLabelMap(companion ?? new Uint8Array(), 'the LabelMap of these normals')
    if (labels.width !== map.width || labels.height !== map.height)
      throw new AppError(
        'size_mismatch',
        `the LabelMap has ${labels.width}x${labels.height} pixels, the normals ${map.width}x${map.height}`,
      )
    const table = Uint8Array.from({ length: 65536 }, (_, value) => (classes.has(value) ? 0 : 1))
    const mask = new Uint8Array(labels.data.length)
    for (let i = 0; i < mask.length; i++) mask[i] = table[labels.data[i]!]!
    return mask
  }
  return {
    ...normalsPng,
    async decode(bytes, file, companion) {
      const map = expectKind(await normalsPng.decode(bytes, file, null), 'vector')
      const mask = await hidden(map, companion)
      for (let i = 0; i < mask.length; i++) if (mask[i]) map.data.fill(0, 3 * i, 3 * i + 3)
      return map
    },
    async encode(map, original, companion) {
      const vectors = expectKind(map, 'vector')
      // A prediction has values everywhere, and none that were hidden before.
      if (!original) return normalsPng.encode(vectors, null, null)
      const mask = await hidden(vectors, companion)
      const stored = await normalsPng.decode(original, 'the original label', null)
      const data = vectors.data.slice()
      for (let i = 0; i < mask.length; i++) {
        if (!mask[i]) continue
        if (data[3 * i] !== 0 || data[3 * i + 1] !== 0 || data[3 * i + 2] !== 0)
          throw new AppError(
            'value_out_of_range',
            `pixel (${i % map.width}, ${Math.floor(i / map.width)}) has a corrected normal where LabelMap hides ` +
              'normals from the training code; set the label back there',
          )
        data.set(stored.data.subarray(3 * i, 3 * i + 3), 3 * i)
      }
      return normalsPng.encode({ ...vectors, data }, original, null)
    },
  }
}
