import type { AttentionMapHeader } from '../contract'

/** Longest side of a thumbnail in cells. */
const LONGEST = 40

/**
 * A map made small by averaging whole cells (those at the right and lower border average what is there), as bytes of
 * the small map's maximum.
 */
export function thumbnailOf(
  map: Float32Array,
  { width, height, imageRect }: AttentionMapHeader,
): { header: AttentionMapHeader; data: Uint8Array<ArrayBuffer> } {
  const factor = Math.max(1, Math.ceil(Math.max(width, height) / LONGEST))
  const [columns, rows] = [Math.ceil(width / factor), Math.ceil(height / factor)]
  const sums = new Float64Array(columns * rows)
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++, at++)
      sums[Math.floor(y / factor) * columns + Math.floor(x / factor)]! += map[at]!
  const means = sums.map((sum, at) => {
    const across = Math.min(factor, width - (at % columns) * factor)
    const down = Math.min(factor, height - Math.floor(at / columns) * factor)
    return sum / (across * down)
  })
  const largest = means.reduce((most, value) => Math.max(most, value), 0)
  const data = Uint8Array.from(means, (value) => (largest > 0 ? Math.round((value / largest) * 255) : 0))
  const rect = {
    x: imageRect.x / factor,
    y: imageRect.y / factor,
    width: imageRect.width / factor,
    height: imageRect.height / factor,
  }
  return { header: { width: columns, height: rows, imageRect: rect }, data }
}
