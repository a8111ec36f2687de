import { colourAt, type MapStyle } from './colour'
import { assertNever } from './errors'
import type { DenseMap } from './maps'
import type { TexelBlock } from './texels'

/** What separates two regions of a kind that has no classes: a step in metres, a turn in degrees, a probability. */
const OUTLINE_STEP = Object.freeze({ scalar: 0.25, vector: 15, probability: 0.5 })

/**
 * Writes the outlines of a block at any level: classes where they meet, depth every `OUTLINE_STEP.scalar` metres, directions
 * where they turn, probabilities where they cross one half. Each region has its line on its own side of the border in its own
 * colour, one texel wide; everything else is transparent. Up to level 0 borders run exactly between pixels; above it the top
 * left pixels that texels cover are compared.
 */
export function outlineTexels(map: DenseMap, style: MapStyle, block: TexelBlock): void {
  const { rect, out, offset, stride } = block
  for (let row = 0; row < rect.height; row++)
    out.fill(0, offset + row * stride, offset + row * stride + rect.width)
  if (block.level > 0) coarse(map, style, block)
  else fine(map, style, block)
}

function coarse(map: DenseMap, style: MapStyle, { level, rect, out, offset, stride }: TexelBlock): void {
  const same = sameness(map)
  const step = 2 ** level
  for (let row = 0; row < rect.height; row++) {
    const y = (rect.y + row) * step
    for (let i = 0; i < rect.width; i++) {
      const x = (rect.x + i) * step
      const at = y * map.width + x
      const border =
        (x >= step && !same(at, at - step)) ||
        (y >= step && !same(at, at - step * map.width)) ||
        (x + step < map.width && !same(at, at + step)) ||
        (y + step < map.height && !same(at, at + step * map.width))
      if (border) out[offset + row * stride + i] = colourAt(map, style, x, y)
    }
  }
}

/** Every pixel is compared with its neighbours once; only those at a border write texels. */
function fine(map: DenseMap, style: MapStyle, block: TexelBlock): void {
  const { rect, level } = block
  const { width, height } = map
  const same = sameness(map)
  const side = 2 ** -level
  const left = Math.floor(rect.x / side)
  const right = Math.ceil((rect.x + rect.width) / side)
  for (let y = Math.floor(rect.y / side); y < Math.ceil((rect.y + rect.height) / side); y++) {
    let west = left > 0 && !same(y * width + left, y * width + left - 1)
    for (let x = left; x < right; x++) {
      const at = y * width + x
      const east = x + 1 < width && !same(at, at + 1)
      const north = y > 0 && !same(at, at - width)
      const south = y + 1 < height && !same(at, at + width)
      if (west || east || north || south) {
        const colour = colourAt(map, style, x, y)
        const x0 = x * side
        const y0 = y * side
        if (north) fill(block, x0, y0, side, 1, colour)
        if (south) fill(block, x0, y0 + side - 1, side, 1, colour)
        if (west) fill(block, x0, y0, 1, side, colour)
        if (east) fill(block, x0 + side - 1, y0, 1, side, colour)
      }
      west = east
    }
  }
}

/** Fills texels, clipped to the block. */
function fill(
  { rect, out, offset, stride }: TexelBlock,
  x: number,
  y: number,
  width: number,
  height: number,
  colour: number,
): void {
  const left = Math.max(0, x - rect.x)
  const right = Math.min(rect.width, x + width - rect.x)
  const bottom = Math.min(rect.height, y + height - rect.y)
  for (let row = Math.max(0, y - rect.y); row < bottom; row++)
    if (left < right) out.fill(colour, offset + row * stride + left, offset + row * stride + right)
}

/** Whether two pixels, by index, belong to one region. */
function sameness(map: DenseMap): (a: number, b: number) => boolean {
  switch (map.kind) {
    case 'class': {
      const { data } = map
      return (a, b) => data[a] === data[b]
    }
    case 'scalar': {
      const { data } = map
      const band = (at: number): number => (data[at]! > 0 ? Math.floor(data[at]! / OUTLINE_STEP.scalar) : -1)
      return (a, b) => band(a) === band(b)
    }
    case 'probability': {
      const { data } = map
      return (a, b) => data[a]! >= OUTLINE_STEP.probability === data[b]! >= OUTLINE_STEP.probability
    }
    case 'vector': {
      const { data } = map
      const least = Math.cos((OUTLINE_STEP.vector * Math.PI) / 180)
      return (a, b) => {
        const dot =
          data[a * 3]! * data[b * 3]! +
          data[a * 3 + 1]! * data[b * 3 + 1]! +
          data[a * 3 + 2]! * data[b * 3 + 2]!
        return dot >= least
      }
    }
    default:
      return assertNever(map)
  }
}
