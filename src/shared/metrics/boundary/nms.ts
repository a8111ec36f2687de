import type { ProbabilityMap } from '../../maps'

/** Radius of the triangle filter before orientations are measured. */
const SMOOTHING = 4
/** A pixel must be at least 1 / 1.01 of both neighbours across the boundary. */
const MARGIN = 1.01
/** Pixels this near to the border are damped in proportion to their distance. */
const BORDER = 5

type Plane = Float64Array<ArrayBuffer>

/**
 * Non-maximum suppression across boundaries, as SEISM reads predicted contours (`edgesNms` with r = 1, s = 5, m = 1.01,
 * orientations measured after a triangle filter of radius 4): a pixel stays where 1.01 times its value is not below the
 * bilinear values one pixel to either side along O = atan2(+-Dyy, Dxx) mod pi, the sign that of -Dxy; values within 5
 * pixels of the border are then multiplied by distance / 5. Borders are repeated. Double precision.
 */
export function suppressNonMaxima({ data, width, height }: ProbabilityMap): Plane {
  const smooth = triangleFilter(data, width, height, SMOOTHING)
  const at = (x: number, y: number): number =>
    smooth[Math.min(height - 1, Math.max(0, y)) * width + Math.min(width - 1, Math.max(0, x))]!
  const kept = new Float64Array(width * height)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const value = data[y * width + x]!
      if (!(value > 0)) continue
      const centre = 2 * at(x, y)
      const dxx = centre - at(x - 1, y) - at(x + 1, y)
      const dyy = centre - at(x, y - 1) - at(x, y + 1)
      const dxy = at(x - 1, y - 1) + at(x + 1, y + 1) - at(x + 1, y - 1) - at(x - 1, y + 1)
      // O itself is not needed; where nothing bends it is 0.
      const length = Math.sqrt(dxx * dxx + dyy * dyy)
      const cos = length > 0 ? dxx / length : 1
      const sin = length > 0 ? (dxy > 0 ? -dyy : dyy) / length : 0
      const limit = value * MARGIN
      if (
        limit >= bilinear(data, width, height, x + cos, y + sin) &&
        limit >= bilinear(data, width, height, x - cos, y - sin)
      )
        kept[y * width + x] = value * damping(x, width) * damping(y, height)
    }
  return kept
}

function damping(position: number, size: number): number {
  return Math.min(1, position / BORDER, (size - 1 - position) / BORDER)
}

function bilinear(data: Float32Array, width: number, height: number, x: number, y: number): number {
  const cx = Math.min(width - 1, Math.max(0, x))
  const cy = Math.min(height - 1, Math.max(0, y))
  const x0 = Math.floor(cx)
  const y0 = Math.floor(cy)
  const fx = cx - x0
  const fy = cy - y0
  const right = x0 + 1 < width ? 1 : 0
  const below = y0 + 1 < height ? width : 0
  const i = y0 * width + x0
  const top = data[i]! * (1 - fx) + data[i + right]! * fx
  const bottom = data[i + below]! * (1 - fx) + data[i + below + right]! * fx
  return top * (1 - fy) + bottom * fy
}

/** Separable filter with the weights 1, 2 ... r + 1 ... 2, 1 over (r + 1)^2; borders are mirrored with the edge pixel repeated. */
function triangleFilter(data: Float32Array, width: number, height: number, radius: number): Plane {
  const weights = Array.from(
    { length: 2 * radius + 1 },
    (_, i) => (radius + 1 - Math.abs(i - radius)) / (radius + 1) ** 2,
  )
  const rows = new Float64Array(width * height)
  const columns = Array.from({ length: width }, (_, x) =>
    weights.map((_w, i) => mirror(x + i - radius, width)),
  )
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const from = columns[x]!
      let sum = 0
      for (let i = 0; i < weights.length; i++) sum += weights[i]! * data[y * width + from[i]!]!
      rows[y * width + x] = sum
    }
  const result = new Float64Array(width * height)
  for (let y = 0; y < height; y++)
    for (let i = 0; i < weights.length; i++) {
      const from = mirror(y + i - radius, height) * width
      const weight = weights[i]!
      for (let x = 0; x < width; x++) result[y * width + x]! += weight * rows[from + x]!
    }
  return result
}

/** ... 1 0 | 0 1 ... n-1 | n-1 n-2 ... */
function mirror(position: number, size: number): number {
  const period = 2 * size
  const inside = ((position % period) + period) % period
  return inside < size ? inside : period - 1 - inside
}
