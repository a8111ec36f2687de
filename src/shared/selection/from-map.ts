import { AppError } from '../errors'
import { createMask, type Mask } from '../mask'
import type { ClassMap, ProbabilityMap, ScalarMap } from '../maps'
import type { Size } from '../space'

/** The pixels of the given classes. */
export function maskOfClasses(map: ClassMap, classes: ReadonlySet<number>): Mask {
  const table = Uint8Array.from({ length: 256 }, (_, index) => (classes.has(index) ? 1 : 0))
  const data = new Uint8Array(map.data.length)
  for (let at = 0; at < data.length; at++) data[at] = table[map.data[at]!]!
  return createMask(map, data)
}

/** The pixels with `low <= value <= high`; of depth only valid ones (a depth of 0 is no depth). */
export function maskOfRange(map: ScalarMap | ProbabilityMap, low: number, high: number): Mask {
  const data = new Uint8Array(map.data.length)
  const invalid = map.kind === 'scalar' ? 0 : NaN
  for (let at = 0; at < data.length; at++) {
    const value = map.data[at]!
    if (value >= low && value <= high && value !== invalid) data[at] = 1
  }
  return createMask(map, data)
}

/**
 * The pixels where a float plane of the photo's size, e.g. one query's attention, is at least `share` (0..1) of its
 * largest value. Empty when the plane is zero. Throws `size_mismatch` when it has another size.
 */
export function maskOfPeak(plane: Float32Array, size: Size, share: number): Mask {
  if (plane.length !== size.width * size.height)
    throw new AppError(
      'size_mismatch',
      `${plane.length} values do not fill ${size.width}x${size.height} pixels`,
    )
  let largest = 0
  for (let at = 0; at < plane.length; at++) if (plane[at]! > largest) largest = plane[at]!
  const data = new Uint8Array(plane.length)
  if (largest > 0) for (let at = 0; at < data.length; at++) if (plane[at]! >= share * largest) data[at] = 1
  return createMask(size, data)
}

/**
 * Values of a coarse grid as a plane of the photo's size, each pixel with the value of the cell its centre lies in, as it
 * is drawn. `imageRect` says where on the grid the photo lies, in cells.
 */
export function planeOfGrid(
  data: Float32Array,
  grid: Size & { readonly imageRect: { x: number; y: number; width: number; height: number } },
  size: Size,
): Float32Array {
  const { imageRect } = grid
  const plane = new Float32Array(size.width * size.height)
  const cell = (pixel: number, pixels: number, start: number, length: number, cells: number): number =>
    Math.min(cells - 1, Math.max(0, Math.floor(start + ((pixel + 0.5) * length) / pixels)))
  for (let y = 0, at = 0; y < size.height; y++) {
    const row = cell(y, size.height, imageRect.y, imageRect.height, grid.height) * grid.width
    for (let x = 0; x < size.width; x++, at++)
      plane[at] = data[row + cell(x, size.width, imageRect.x, imageRect.width, grid.width)]!
  }
  return plane
}
