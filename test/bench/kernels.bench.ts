import { bench, describe } from 'vitest'
import { floodMask } from '../../src/shared/selection/flood'
import { NEVER } from '../../src/shared/selection/likeness'
import { costOf, LiveWire, NearbyWire } from '../../src/shared/selection/live-wire'
import { polygonMask } from '../../src/shared/selection/shapes'
import { contiguousWand } from '../../src/shared/selection/wand'
import type { ImagePoint } from '../../src/shared/space'

const size = { width: 10_000, height: 10_000 }
const once = { iterations: 2, time: 0, warmupIterations: 1, warmupTime: 0 }

/** A star with 200 corners over the whole photo. */
const star: ImagePoint[] = Array.from({ length: 200 }, (_, at) => {
  const radius = at % 2 === 0 ? 4900 : 2500
  const angle = (at * Math.PI) / 100
  return { x: 5000 + radius * Math.cos(angle), y: 5000 + radius * Math.sin(angle) }
})

/** The definition: every pixel's centre against every edge; of one row in a hundred, or it would take minutes. */
function everyHundredthRow(): Uint8Array {
  const data = new Uint8Array(size.width * (size.height / 100))
  for (let row = 0; row < size.height; row += 100)
    for (let column = 0; column < size.width; column++) {
      let odd = 0
      for (let at = 0, before = star.length - 1; at < star.length; before = at++) {
        const [a, b] = [star[at]!, star[before]!]
        const y = row + 0.5
        if (a.y <= y !== b.y <= y && column + 0.5 >= a.x + ((y - a.y) * (b.x - a.x)) / (b.y - a.y)) odd ^= 1
      }
      data[(row / 100) * size.width + column] = odd
    }
  return data
}

describe('a polygon of 200 corners on 10000x10000', () => {
  bench('scan conversion', () => void polygonMask(star, size), once)
  bench('every pixel against every edge, 1 % of the rows', () => void everyHundredthRow(), once)
})

/** Rooms and corridors: one connected region of most pixels. */
const plan = new Uint8Array(size.width * size.height)
for (let y = 0; y < size.height; y++)
  for (let x = 0; x < size.width; x++)
    if ((x % 500 === 0 && y % 500 > 40) || (y % 500 === 0 && x % 500 > 40)) plan[y * size.width + x] = 1

/** A pixel at a time from a stack. */
function pixelByPixel(): Uint8Array {
  const { width, height } = size
  const data = new Uint8Array(width * height)
  const stack = [20 * width + 20]
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    if (data[at] === 1 || plan[at] !== 0) continue
    data[at] = 1
    const x = at % width
    if (x > 0) stack.push(at - 1)
    if (x + 1 < width) stack.push(at + 1)
    if (at >= width) stack.push(at - width)
    if (at + width < data.length) stack.push(at + width)
  }
  return data
}

describe('a flood fill of 10000x10000', () => {
  bench('runs', () => void floodMask(plan, size, { x: 20, y: 20 }), once)
  bench('pixel by pixel', () => void pixelByPixel(), once)
})

const uhd = { width: 3840, height: 2160 }
/** Patches of 480x360 with a texture, as unlike as 0 to 60 steps. */
const unlike = new Uint8Array(uhd.width * uhd.height)
for (let y = 0, at = 0; y < uhd.height; y++)
  for (let x = 0; x < uhd.width; x++, at++)
    unlike[at] = ((Math.floor(x / 480) + Math.floor(y / 360)) % 2) * 40 + ((x * 7 + y * 13) % 20)
const seed = { x: 1900, y: 1000 }
const found = contiguousWand(uhd, seed, () => (at) => unlike[at]!)
found.mask(60)

describe('another tolerance of the magic wand on 3840x2160', () => {
  bench('threshold of the first search', () => void found.mask(45), once)
  bench(
    'a new flood',
    () => {
      const near = new Uint8Array(unlike.length)
      for (let at = 0; at < near.length; at++) near[at] = unlike[at]! <= 45 ? 1 : NEVER
      floodMask(near, uhd, seed)
    },
    once,
  )
})

/** Edges all over, as in a photo of leaves: the search has no reason to stop early. */
const costs = Uint8Array.from(unlike, (steps, at) => costOf(((steps * 31 + at * 17) % 64) / 64))
const [from, to] = [
  { x: 1900, y: 1000 },
  { x: 2100, y: 1120 },
]

describe('a live-wire of 200 pixels on 3840x2160', () => {
  bench('near the anchor', () => void new NearbyWire(costs, uhd, from).path(to), once)
  bench('over the whole photo', () => void new LiveWire(costs, uhd, from).path(to), once)
})
