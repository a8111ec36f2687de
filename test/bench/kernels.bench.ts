import { bench, describe } from 'vitest'
import { floodMask } from '../../src/shared/selection/flood'
import { polygonMask } from '../../src/shared/selection/shapes'
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
