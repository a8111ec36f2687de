import * as v from 'valibot'
import { AppError } from '../errors'
import { createMask, type Mask } from '../mask'
import { packMask, unpackMask } from '../mask-pack'
import type { Size } from '../space'

const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2 ** 31))

/** A selection on the wire: run lengths within its box, zeros and ones in turn, zeros first (`mask-pack.ts`). */
export const regionSchema = v.object({
  width: count,
  height: count,
  bounds: v.object({ x: count, y: count, width: count, height: count }),
  runs: v.pipe(v.array(count), v.minLength(1), v.maxLength(200_000)),
})
export type Region = v.InferOutput<typeof regionSchema>

/** Throws `bad_arguments` for an empty selection: nothing could be measured in it. */
export function regionOf(mask: Mask): Region {
  const { width, height, bounds, runs } = packMask(mask)
  if (!bounds) throw new AppError('bad_arguments', 'the selection is empty; select some pixels first')
  return { width, height, bounds: { ...bounds }, runs: [...runs] }
}

/** The selection of a photo of `size`. Throws `bad_arguments` when it is not of that size or its runs do not fill its box. */
export function maskOfRegion({ width, height, bounds, runs }: Region, size: Size): Mask {
  if (width !== size.width || height !== size.height)
    throw new AppError(
      'bad_arguments',
      `the selection is of a ${width}x${height} photo, this one is ${size.width}x${size.height}`,
    )
  const inside = bounds.x + bounds.width <= width && bounds.y + bounds.height <= height
  const filled = runs.reduce((sum, length) => sum + length, 0)
  if (!inside || filled !== bounds.width * bounds.height)
    throw new AppError(
      'bad_arguments',
      `the selection's runs cover ${filled} pixels, its box has ${bounds.width}x${bounds.height}`,
    )
  const mask = unpackMask({ width, height, bounds, runs: Uint32Array.from(runs) })
  return createMask(mask, mask.data, bounds)
}
