import { componentPlane, findComponents } from '../components'
import type { RgbImage } from '../image'
import type { PixelRect, Size } from '../space'
import { okLab } from './likeness'

export interface SuperpixelOptions {
  /** Side of a superpixel in a flat region, in pixels. */
  readonly spacing: number
  /** 0 follows colours only, large values give squares; 1 weighs a colour distance of 0.1 in OKLab like one spacing. */
  readonly compactness: number
}
export interface Superpixels extends Size {
  /** Superpixel of every pixel of the region, row by row; each is one 4-connected piece. */
  readonly labels: Int32Array
  readonly count: number
}

const ITERATIONS = 6
/** Pieces smaller than this part of a square of the spacing join a neighbour. */
const SMALLEST = 0.25
const COLOUR_UNIT = 0.1

/**
 * SLIC (R. Achanta et al., "SLIC superpixels compared to state-of-the-art superpixel methods", 2012) of a rectangle of a
 * photo, with colours in OKLab: k-means of colour and place, each centre competing within a window of twice the spacing,
 * then loose pieces joined to a neighbour. The same photo gives the same superpixels.
 */
export function superpixels(photo: RgbImage, region: PixelRect, options: SuperpixelOptions): Superpixels {
  const { width, height } = region
  const lab = labOf(photo, region)
  const across = Math.max(1, Math.round(width / options.spacing))
  const down = Math.max(1, Math.round(height / options.spacing))
  const centres = startCentres(lab, region, across, down)
  const labels = new Int32Array(width * height)
  const distances = new Float32Array(width * height)
  const weight = (options.compactness * COLOUR_UNIT) / options.spacing
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    assign(lab, region, centres, options.spacing, weight * weight, labels, distances)
    moveCentres(lab, width, labels, centres)
  }
  return connect(labels, region, (SMALLEST * width * height) / (across * down))
}

/** L, a, b, x, y per centre. */
type Centres = Float64Array

function labOf(photo: RgbImage, { x, y, width, height }: PixelRect): Float32Array {
  const lab = new Float32Array(width * height * 3)
  for (let row = 0, to = 0; row < height; row++)
    for (let from = ((y + row) * photo.width + x) * 3, end = from + width * 3; from < end; from += 3, to += 3)
      okLab(photo.data, from, lab, to)
  return lab
}

function startCentres(lab: Float32Array, { width, height }: Size, across: number, down: number): Centres {
  const centres = new Float64Array(across * down * 5)
  for (let row = 0, at = 0; row < down; row++)
    for (let column = 0; column < across; column++, at += 5) {
      const x = Math.floor(((column + 0.5) * width) / across)
      const y = Math.floor(((row + 0.5) * height) / down)
      centres.set(lab.subarray((y * width + x) * 3, (y * width + x) * 3 + 3), at)
      centres[at + 3] = x
      centres[at + 4] = y
    }
  return centres
}

function assign(
  lab: Float32Array,
  { width, height }: Size,
  centres: Centres,
  spacing: number,
  placeWeight: number,
  labels: Int32Array,
  distances: Float32Array,
): void {
  distances.fill(Infinity)
  for (let centre = 0; centre * 5 < centres.length; centre++) {
    const [l, a, b] = [centres[centre * 5]!, centres[centre * 5 + 1]!, centres[centre * 5 + 2]!]
    const [cx, cy] = [centres[centre * 5 + 3]!, centres[centre * 5 + 4]!]
    const left = Math.max(0, Math.ceil(cx - spacing))
    const right = Math.min(width - 1, Math.floor(cx + spacing))
    const bottom = Math.min(height - 1, Math.floor(cy + spacing))
    for (let y = Math.max(0, Math.ceil(cy - spacing)); y <= bottom; y++) {
      const dy = (y - cy) * (y - cy)
      for (let x = left, at = y * width + left; x <= right; x++, at++) {
        const dl = lab[at * 3]! - l
        const da = lab[at * 3 + 1]! - a
        const db = lab[at * 3 + 2]! - b
        const distance = dl * dl + da * da + db * db + placeWeight * (dy + (x - cx) * (x - cx))
        if (distance >= distances[at]!) continue
        distances[at] = distance
        labels[at] = centre
      }
    }
  }
}

function moveCentres(lab: Float32Array, width: number, labels: Int32Array, centres: Centres): void {
  const sums = new Float64Array(centres.length)
  const counts = new Int32Array(centres.length / 5)
  for (let at = 0, x = 0, y = 0; at < labels.length; at++) {
    const to = labels[at]! * 5
    sums[to]! += lab[at * 3]!
    sums[to + 1]! += lab[at * 3 + 1]!
    sums[to + 2]! += lab[at * 3 + 2]!
    sums[to + 3]! += x
    sums[to + 4]! += y
    counts[labels[at]!]!++
    if (++x === width) {
      x = 0
      y++
    }
  }
  // A centre that lost all its pixels stays where it was.
  for (let at = 0; at < centres.length; at++) {
    const count = counts[Math.floor(at / 5)]!
    if (count > 0) centres[at] = sums[at]! / count
  }
}

/** Makes every piece a superpixel of its own; small ones join the one left of or above their first pixel. */
function connect(labels: Int32Array, size: Size, smallest: number): Superpixels {
  const components = findComponents(labels, size)
  const plane = componentPlane(components, size.width)
  const final = new Int32Array(components.count).fill(-1)
  let count = 0
  for (let at = 0; at < plane.length; at++) {
    const piece = plane[at]!
    if (final[piece] !== -1) continue
    // What lies left or above came earlier and has its number.
    const neighbour = at % size.width > 0 ? plane[at - 1]! : at > 0 ? plane[at - size.width]! : piece
    final[piece] = components.areas[piece]! < smallest && neighbour !== piece ? final[neighbour]! : count++
  }
  for (let at = 0; at < plane.length; at++) plane[at] = final[plane[at]!]!
  return { width: size.width, height: size.height, labels: plane, count }
}
