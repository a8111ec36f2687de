import { LabMap } from '../../api/lab-map'

/**
 * Maps of one photo on grids of different sizes, added up on the finest of them. A value is a share of its cell; a finer
 * cell gets its part of it by area, so that the sum over the photo stays what it was (up to the grids' rounding). `null`
 * for no maps.
 */
export function sumOnFinest(maps: readonly LabMap[]): LabMap | null {
  const [first, ...others] = [...maps].sort((a, b) => b.cells - a.cells)
  if (!first) return null
  if (others.length === 0) return first
  const { width, height } = first.header
  const data = new Float32Array(first.data)
  for (const { header, data: coarse } of others) {
    const part = (header.width * header.height) / (width * height)
    const columns = Uint32Array.from({ length: width }, (_, x) =>
      Math.floor(((x + 0.5) * header.width) / width),
    )
    for (let y = 0, at = 0; y < height; y++) {
      const row = Math.floor(((y + 0.5) * header.height) / height) * header.width
      for (let x = 0; x < width; x++, at++) data[at]! += coarse[row + columns[x]!]! * part
    }
  }
  let max = 0
  for (let at = 0; at < data.length; at++) if (data[at]! > max) max = data[at]!
  return LabMap.ofValues(first.header, data, max)
}
