import type { MetricContext, Tally } from './metric'
import { ANGLE_BIN, angleBin, countedAngles, type Angles } from './normals'
import { listOf, numberOf } from './tally'

/** Parts one bin of the angle histogram is divided into: the median is right to 0.25 / 2^21 = 1.2e-7 degrees. */
const PARTS = 2 ** 20

/** The angles that fell into one bin of the histogram, counted finely. */
class Window {
  readonly counts = new Float64Array(PARTS)
  constructor(
    readonly bin: number,
    /** Angles in the bins below. */
    readonly below: number,
  ) {}

  add(angles: Float64Array): void {
    for (let i = 0; i < angles.length; i++) {
      const degrees = angles[i]!
      if (angleBin(degrees) !== this.bin) continue
      const part = Math.floor(((degrees - this.bin * ANGLE_BIN) / ANGLE_BIN) * PARTS)
      this.counts[Math.min(PARTS - 1, part)]!++
    }
  }

  /** The angle of rank `rank` (0 = smallest of all), the middle of its part. */
  at(rank: number): number {
    let left = rank - this.below
    let part = 0
    while (part < PARTS - 1 && left >= this.counts[part]!) left -= this.counts[part++]!
    return (this.bin + (part + 0.5) / PARTS) * ANGLE_BIN
  }
}

/**
 * The median of the pooled angles in two passes of bounded memory: a first pass gives the histogram, which says in which
 * bin the middle rank lies; a second one gives `add` the angles of every image again, and only that bin is looked at.
 */
export class MedianAngle {
  readonly #ranks: readonly number[]
  readonly #windows: readonly Window[]
  readonly #zeroCounts: boolean

  constructor(tally: Tally, mode: 'paper' | 'strict', context: MetricContext) {
    const counted = countedAngles(tally, mode, context)
    const count = numberOf(counted, 'count')
    this.#zeroCounts = mode === 'paper' && context.zeroNormals === 'direction'
    // Two middle ranks for an even count, twice the same for an odd one.
    this.#ranks = count > 0 ? [Math.floor((count - 1) / 2), Math.floor(count / 2)] : []
    const windows = this.#ranks.map((rank) => windowOf(listOf(counted, 'histogram'), rank))
    this.#windows = windows.filter(({ bin }, index) => index === 0 || bin !== windows[0]?.bin)
  }

  /** Bins of the histogram that are looked at. */
  get bins(): number[] {
    return this.#windows.map(({ bin }) => bin)
  }

  add({ valid, zero }: Angles): void {
    for (const window of this.#windows) {
      window.add(valid)
      if (this.#zeroCounts) window.add(zero)
    }
  }

  /** Degrees, the mean of the two middle angles for an even count; null without a pixel. */
  value(): number | null {
    const [first = null, second = null] = this.#ranks.map((rank, index) =>
      (this.#windows[index] ?? this.#windows[0])!.at(rank),
    )
    return first === null || second === null ? null : (first + second) / 2
  }
}

/** Of an image's angles those in the given bins. */
export function anglesInBins({ valid, zero }: Angles, bins: readonly number[]): Angles {
  const wanted = (degrees: number): boolean => bins.includes(angleBin(degrees))
  return { valid: valid.filter(wanted), zero: zero.filter(wanted) }
}

function windowOf(histogram: readonly number[], rank: number): Window {
  let below = 0
  let bin = 0
  while (bin < histogram.length - 1 && below + histogram[bin]! <= rank) below += histogram[bin++]!
  return new Window(bin, below)
}
