import { assertNever } from '../errors'
import type { RgbImage } from '../image'
import { type DenseMap, type MapKind, type ScalarMap, type VectorMap } from '../maps'

/** A pixel at this many steps never joins. */
export const NEVER = 255
const MOST = NEVER - 1

/**
 * How far a pixel is from the seed (both are indices, y * width + x) in whole steps, rounded up; so at a tolerance of
 * t steps exactly the pixels within t * step join. Farther than 254 steps, or not comparable: NEVER.
 */
export type Likeness = (seed: number) => (at: number) => number

/** What one step means: of a photo a difference in OKLab (black to white is 1), metres, degrees, probability. */
export const LIKENESS_STEPS: Readonly<Record<MapKind | 'photo', number>> = Object.freeze({
  photo: 0.004,
  class: 1,
  scalar: 0.01,
  vector: 0.5,
  probability: 0.004,
})

/** Float32 noise must not push a difference of exactly t steps to t + 1. */
const SLACK = 1e-4

function steps(difference: number, step: number): number {
  const count = Math.ceil(difference / step - SLACK)
  return count <= MOST ? Math.max(0, count) : NEVER
}

/** Colours by their distance in OKLab, which is about even to the eye. */
export function photoLikeness(photo: RgbImage): Likeness {
  return (seed) => {
    const [wanted, found] = [new Float32Array(3), new Float32Array(3)]
    okLab(photo.data, seed * 3, wanted)
    const [light = 0, a = 0, b = 0] = wanted
    const { data } = photo
    // A photo repeats its colours: each is compared once. By 24-bit colour, one more than the steps; 0 = not yet.
    const known = new Uint8Array(1 << 24)
    return (at) => {
      const colour = (data[at * 3]! << 16) | (data[at * 3 + 1]! << 8) | data[at * 3 + 2]!
      if (known[colour] !== 0) return known[colour]! - 1
      okLab(data, at * 3, found)
      const distance = Math.hypot(found[0]! - light, found[1]! - a, found[2]! - b)
      const count = steps(distance, LIKENESS_STEPS.photo)
      if (count !== NEVER) known[colour] = count + 1
      return count
    }
  }
}

/** Values of a map: the same class, nearby depth or probability, a small angle. Invalid pixels are like invalid ones only. */
export function mapLikeness(map: DenseMap): Likeness {
  switch (map.kind) {
    case 'class':
      return (seed) => {
        const wanted = map.data[seed]!
        return (at) => (map.data[at] === wanted ? 0 : NEVER)
      }
    case 'scalar':
      return scalarLikeness(map)
    case 'vector':
      return vectorLikeness(map)
    case 'probability':
      return (seed) => {
        const wanted = map.data[seed]!
        return (at) => steps(Math.abs(map.data[at]! - wanted), LIKENESS_STEPS.probability)
      }
    default:
      return assertNever(map)
  }
}

function scalarLikeness({ data }: ScalarMap): Likeness {
  return (seed) => {
    const wanted = data[seed]!
    return (at) => {
      const found = data[at]!
      if (found === 0 || wanted === 0) return found === wanted ? 0 : NEVER
      return steps(Math.abs(found - wanted), LIKENESS_STEPS.scalar)
    }
  }
}

function vectorLikeness({ data }: VectorMap): Likeness {
  const degrees = 180 / Math.PI
  return (seed) => {
    const [x, y, z] = [data[seed * 3]!, data[seed * 3 + 1]!, data[seed * 3 + 2]!]
    const length = Math.hypot(x, y, z)
    return (at) => {
      const [u, v, w] = [data[at * 3]!, data[at * 3 + 1]!, data[at * 3 + 2]!]
      const product = length * Math.hypot(u, v, w)
      if (product === 0) return length === 0 && u === 0 && v === 0 && w === 0 ? 0 : NEVER
      // The chord is exact for small angles, where the cosine is flat.
      const chord = Math.hypot(
        u / (product / length) - x / length,
        v / (product / length) - y / length,
        w / (product / length) - z / length,
      )
      return steps(2 * Math.asin(Math.min(1, chord / 2)) * degrees, LIKENESS_STEPS.vector)
    }
  }
}

/** sRGB byte to linear light. */
const LINEAR = Float32Array.from({ length: 256 }, (_, byte) => {
  const value = byte / 255
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
})

/** OKLab (B. Ottosson, 2020) of the sRGB bytes at `from`, written to `out` as L, a, b. */
export function okLab(bytes: Uint8Array, from: number, out: Float32Array, to = 0): void {
  const red = LINEAR[bytes[from]!]!
  const green = LINEAR[bytes[from + 1]!]!
  const blue = LINEAR[bytes[from + 2]!]!
  const l = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
  const m = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
  const s = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
  out[to] = 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s
  out[to + 1] = 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s
  out[to + 2] = 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s
}
