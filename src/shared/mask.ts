import { AppError, assertNever } from './errors'
import type { SpanVisitor } from './raster'
import { intersectRect, unionRect, type PixelRect, type Size } from './space'

/**
 * A selection: one byte per pixel, 0 or 1, row-major, the photo's size. `bounds` is the tight box of the ones, null when
 * there are none. Independent of any layer; never changed once made, so the history may keep it.
 */
export interface Mask {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array<ArrayBuffer>
  readonly bounds: PixelRect | null
}

export const COMBINE_MODES = ['replace', 'add', 'subtract', 'intersect'] as const
/** What a new selection does to the one that is there. */
export type CombineMode = (typeof COMBINE_MODES)[number]

/**
 * A mask over `data` (kept, not copied; only 0 and 1); without `data` an empty one. `within` is a box known to hold every
 * one, which saves a scan of the whole photo. Throws `size_mismatch` when the byte count is not width * height.
 */
export function createMask(
  { width, height }: Size,
  data?: Uint8Array<ArrayBuffer>,
  within?: PixelRect | null,
): Mask {
  if (!data) return { width, height, data: new Uint8Array(width * height), bounds: null }
  if (data.length !== width * height)
    throw new AppError(
      'size_mismatch',
      `a ${width}x${height} mask needs ${width * height} bytes, found ${data.length}`,
    )
  return {
    width,
    height,
    data,
    bounds: boundsOf(data, width, within === undefined ? { x: 0, y: 0, width, height } : within),
  }
}

/** The mask of what `draw` visits; spans may overlap and reach outside, where they are cut off. */
export function maskFromSpans(size: Size, draw: (visit: SpanVisitor) => void): Mask {
  const { width, height } = size
  const data = new Uint8Array(width * height)
  let [left, right, top, bottom] = [width, 0, height, 0]
  draw((y, start, end) => {
    const from = Math.max(0, start)
    const to = Math.min(width, end)
    if (y < 0 || y >= height || from >= to) return
    data.fill(1, y * width + from, y * width + to)
    left = Math.min(left, from)
    right = Math.max(right, to)
    top = Math.min(top, y)
    bottom = Math.max(bottom, y + 1)
  })
  const bounds = left < right ? { x: left, y: top, width: right - left, height: bottom - top } : null
  return { width, height, data, bounds }
}

/** The whole photo. */
export function fullMask({ width, height }: Size): Mask {
  return {
    width,
    height,
    data: new Uint8Array(width * height).fill(1),
    bounds: { x: 0, y: 0, width, height },
  }
}

/** `base` changed by `other`; neither is modified. Throws `size_mismatch` for masks of different sizes. */
export function combine(base: Mask, other: Mask, mode: CombineMode): Mask {
  if (base.width !== other.width || base.height !== other.height)
    throw new AppError(
      'size_mismatch',
      `a ${other.width}x${other.height} selection cannot be combined with one of ${base.width}x${base.height}`,
    )
  const shared = intersectRect(base.bounds, other.bounds)
  switch (mode) {
    case 'replace':
      return other
    case 'add': {
      const data = base.data.slice()
      eachRow(base.width, other.bounds, (from, to) => {
        for (let at = from; at < to; at++) data[at]! |= other.data[at]!
      })
      return { ...base, data, bounds: unionRect(base.bounds, other.bounds) }
    }
    case 'subtract': {
      const data = base.data.slice()
      eachRow(base.width, shared, (from, to) => {
        for (let at = from; at < to; at++) data[at]! &= other.data[at]! ^ 1
      })
      return createMask(base, data, base.bounds)
    }
    case 'intersect': {
      const data = new Uint8Array(base.data.length)
      eachRow(base.width, shared, (from, to) => {
        for (let at = from; at < to; at++) data[at] = base.data[at]! & other.data[at]!
      })
      return createMask(base, data, shared)
    }
    default:
      return assertNever(mode)
  }
}

/** Everything that is not selected. */
export function invertMask(mask: Mask): Mask {
  const data = new Uint8Array(mask.data.length)
  for (let at = 0; at < data.length; at++) data[at] = mask.data[at]! ^ 1
  return createMask(mask, data)
}

/** Selected pixels. */
export function areaOf({ data, width, bounds }: Mask): number {
  let area = 0
  eachRow(width, bounds, (from, to) => {
    for (let at = from; at < to; at++) area += data[at]!
  })
  return area
}

/** Visits the selection as maximal horizontal runs, top to bottom, left to right. */
export function maskSpans({ data, width, bounds }: Mask, visit: SpanVisitor): void {
  eachRow(width, bounds, (from, to, y) => {
    for (let at = from; at < to;) {
      if (data[at] === 0) {
        at++
        continue
      }
      const start = at
      while (at < to && data[at] === 1) at++
      visit(y, start - y * width, at - y * width)
    }
  })
}

/**
 * Every pixel within `radius` (pixels, from centre to centre) of a selected one: dilation by a disc. Exact. A column pass
 * gives each pixel its distance d to the nearest one above or below; such a pixel then covers the
 * floor(sqrt(radius^2 - d^2)) pixels left and right of it. Cost: the box of the result, whatever the radius.
 */
export function growMask(mask: Mask, radius: number): Mask {
  if (!mask.bounds || radius <= 0) return mask
  const { width, height, data: source } = mask
  const reach = Math.floor(radius)
  const box = intersectRect(padRect(mask.bounds, reach), { x: 0, y: 0, width, height })!
  const halves = Int32Array.from({ length: reach + 1 }, (_, d) =>
    Math.floor(Math.sqrt(radius * radius - d * d)),
  )
  const data = new Uint8Array(width * height)
  const distances = columnDistances(source, width, box, reach + 1)
  const changes = new Int32Array(box.width + 1)
  eachRow(width, box, (from, _to, y) => {
    changes.fill(0)
    const row = (y - box.y) * box.width
    for (let x = 0; x < box.width; x++) {
      const distance = distances[row + x]!
      if (distance > reach) continue
      const half = halves[distance]!
      changes[Math.max(0, x - half)]! += 1
      changes[Math.min(box.width, x + half + 1)]! -= 1
    }
    for (let x = 0, covers = 0; x < box.width; x++) {
      covers += changes[x]!
      if (covers > 0) data[from + x] = 1
    }
  })
  return createMask(mask, data, box)
}

/**
 * Every selected pixel farther than `radius` from any pixel that is not selected: erosion by a disc. The rim of the photo
 * is no edge: what lies outside counts as selected.
 */
export function shrinkMask(mask: Mask, radius: number): Mask {
  if (!mask.bounds || radius <= 0) return mask
  return invertMask(growMask(invertMask(mask), radius))
}

/** Distance to the nearest one in the same column, in rows, at most `limit`; for the pixels of `box`. */
function columnDistances(data: Uint8Array, width: number, box: PixelRect, limit: number): Int32Array {
  const distances = new Int32Array(box.width * box.height)
  for (let y = 0, at = 0; y < box.height; y++)
    for (let x = 0; x < box.width; x++, at++) {
      const above = y === 0 ? limit : distances[at - box.width]!
      distances[at] = data[(box.y + y) * width + box.x + x] === 1 ? 0 : Math.min(limit, above + 1)
    }
  for (let at = distances.length - box.width - 1; at >= 0; at--)
    distances[at] = Math.min(distances[at]!, distances[at + box.width]! + 1)
  return distances
}

/** Calls `visit` with the index of the first and one past the last pixel of every row of `box`. */
function eachRow(
  width: number,
  box: PixelRect | null,
  visit: (from: number, to: number, y: number) => void,
): void {
  if (!box) return
  for (let y = box.y; y < box.y + box.height; y++) visit(y * width + box.x, y * width + box.x + box.width, y)
}

/** The tight box of the ones inside `within`. Only margins are read pixel by pixel. */
function boundsOf(data: Uint8Array, width: number, within: PixelRect | null): PixelRect | null {
  let [left, right, top, bottom] = [Infinity, 0, Infinity, 0]
  eachRow(width, within, (from, to, y) => {
    let start = from
    while (start < to && data[start] === 0) start++
    if (start === to) return
    let end = to
    while (data[end - 1] === 0) end--
    left = Math.min(left, start - y * width)
    right = Math.max(right, end - y * width)
    top = Math.min(top, y)
    bottom = y + 1
  })
  return right > 0 ? { x: left, y: top, width: right - left, height: bottom - top } : null
}

function padRect({ x, y, width, height }: PixelRect, by: number): PixelRect {
  return { x: x - by, y: y - by, width: width + 2 * by, height: height + 2 * by }
}
