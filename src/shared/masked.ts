import { AppError } from './errors'
import { maskSpans, type Mask } from './mask'
import type { Size } from './space'

/** Throws `size_mismatch` unless both have the same size. */
export function expectSameSize(what: string, found: Size, wanted: Size): void {
  if (found.width !== wanted.width || found.height !== wanted.height)
    throw new AppError(
      'size_mismatch',
      `the ${what} is ${found.width}x${found.height}, the map ${wanted.width}x${wanted.height}`,
    )
}

/** Calls `visit` with the index of every selected pixel, row by row. Throws `size_mismatch` for a mask of another size. */
export function eachMasked(map: Size, mask: Mask, visit: (at: number) => void): void {
  expectSameSize('selection', mask, map)
  maskSpans(mask, (y, start, end) => {
    for (let at = y * map.width + start; at < y * map.width + end; at++) visit(at)
  })
}

/** The indices of the selected pixels that `keep` accepts, row by row. Throws `size_mismatch` for a mask of another size. */
export function maskedIndices(
  map: Size,
  mask: Mask,
  keep: (at: number) => boolean,
): Uint32Array<ArrayBuffer> {
  const box = mask.bounds
  const indices = new Uint32Array(box ? box.width * box.height : 0)
  let count = 0
  eachMasked(map, mask, (at) => {
    if (keep(at)) indices[count++] = at
  })
  return indices.subarray(0, count)
}
