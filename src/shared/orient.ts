import { bytesOf, bytesPerPixel, mapFromBytes, type DenseMap } from './maps'

/** EXIF orientation: 1 = as stored, 2 to 4 = mirrored or turned by 180 degrees, 5 to 8 = sides exchanged. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8

export function exchangesSides(orientation: Orientation): boolean {
  return orientation >= 5
}

/** The orientation that takes an upright map back to how it was stored. */
export function inverseOf(orientation: Orientation): Orientation {
  return orientation === 6 ? 8 : orientation === 8 ? 6 : orientation
}

/**
 * The map with its pixels where EXIF (2.3, tag 0x0112) puts them for display. Values are moved, never changed: vectors
 * keep the axes of the stored picture.
 */
export function orientMap(map: DenseMap, orientation: Orientation): DenseMap {
  if (orientation === 1) return map
  const { width: w, height: h } = map
  const [width, height] = exchangesSides(orientation) ? [h, w] : [w, h]
  const size = bytesPerPixel(map.kind)
  const from = bytesOf(map)
  const to = new Uint8Array(from.length)
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++, at += size) {
      const source = size * storedIndex(orientation, x, y, w, h)
      for (let i = 0; i < size; i++) to[at + i] = from[source + i]!
    }
  return mapFromBytes(map.kind, width, height, to)
}

/** Index, in a stored picture of `w` x `h` pixels, of what is shown at (x, y). */
function storedIndex(orientation: Orientation, x: number, y: number, w: number, h: number): number {
  const [across, down] = exchangesSides(orientation) ? [y, x] : [x, y]
  const mirrored = orientation === 2 || orientation === 3 || orientation === 7 || orientation === 8
  const flipped = orientation === 3 || orientation === 4 || orientation === 6 || orientation === 7
  return (flipped ? h - 1 - down : down) * w + (mirrored ? w - 1 - across : across)
}
