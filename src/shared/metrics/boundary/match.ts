/**
 * One-to-one matching of predicted and labelled boundary pixels no further apart than a radius, with as many pairs as
 * possible. Which pixels are predicted changes from threshold to threshold, and each matching starts from what is left
 * of the one before: only pixels that joined, and labels whose mate left, can begin an augmenting path.
 *
 * Paths are sought breadth first from all of these at once: the trees share no pixel, so each may give one path, and
 * forests are grown until one gives none; by Berge's theorem the matching is then a largest one. Neighbours are never
 * listed: a disc is a stretch of each row, and those of its pixels that no tree has seen yet are found as bits of a word.
 */
export class BoundaryMatcher {
  readonly #size: Size
  readonly #label: Mask
  readonly #rows: readonly DiscRow[]
  /** By pixel: the mate of a predicted and of a labelled one; -1 = none. */
  readonly #mate: Int32Array
  readonly #labelMate: Int32Array
  readonly #predicted: Uint8Array
  #pairs = 0
  /** By pixel, of the searching side: the next in the queue and the tree's root; of the other: who found it. */
  readonly #queue: Int32Array
  readonly #root: Int32Array
  readonly #finder: Int32Array
  readonly #unseen: Bits
  readonly #free: Bits

  /** `label` is a mask of the image (0 = not), `radius` is in pixels. */
  constructor(label: Mask, size: Size, radius: number) {
    const pixels = size.width * size.height
    this.#size = size
    this.#label = label
    this.#rows = discRows(radius)
    this.#predicted = new Uint8Array(pixels)
    this.#mate = new Int32Array(pixels).fill(-1)
    this.#labelMate = new Int32Array(pixels).fill(-1)
    this.#queue = new Int32Array(pixels)
    this.#root = new Int32Array(pixels)
    this.#finder = new Int32Array(pixels)
    this.#unseen = new Bits(size)
    this.#free = new Bits(size)
  }

  /** Number of pairs of a largest matching of the predicted pixels, a mask of the image. */
  match(predicted: Mask): number {
    const joined: number[] = []
    const left: number[] = []
    for (let pixel = 0; pixel < this.#predicted.length; pixel++) {
      const now = predicted[pixel] ? 1 : 0
      if (now === this.#predicted[pixel]) continue
      if (now) joined.push(pixel)
      else {
        this.#predicted[pixel] = 0
        const mate = this.#mate[pixel]!
        if (mate === -1) continue
        this.#mate[pixel] = this.#labelMate[mate] = -1
        left.push(mate)
        this.#pairs--
      }
    }
    // One after the other: a largest matching of those that stayed first, so that a path can begin at the others only.
    this.#augment(left, this.#labelMate, this.#predicted, this.#mate)
    for (const pixel of joined) this.#predicted[pixel] = 1
    this.#augment(joined, this.#mate, this.#label, this.#labelMate)
    return this.#pairs
  }

  /** Adds pairs until no path leads from a free one of `sources` to a free one of `others`, a mask of the other side. */
  #augment(sources: readonly number[], mates: Int32Array, others: Mask, otherMates: Int32Array): void {
    if (sources.length === 0) return
    let free = this.#free.fill(others, otherMates)
    for (let waiting = sources, found = -1; found !== 0 && free > 0 && waiting.length > 0; free -= found) {
      this.#unseen.fill(others, null)
      found = this.#grow(waiting, mates, otherMates)
      waiting = waiting.filter((pixel) => mates[pixel] === -1)
      this.#pairs += found
    }
  }

  /** One forest, a tree a source; a tree stops when it has given a path. Returns the number of paths. */
  #grow(sources: readonly number[], mates: Int32Array, otherMates: Int32Array): number {
    let end = 0
    for (const source of sources) {
      this.#root[source] = source
      this.#queue[end++] = source
    }
    let found = 0
    for (let at = 0; at < end; at++) {
      const pixel = this.#queue[at]!
      const root = this.#root[pixel]!
      if (mates[root] !== -1) continue
      const x = pixel % this.#size.width
      const y = (pixel - x) / this.#size.width
      const free = this.#takeFree(x, y)
      if (free >= 0) {
        this.#finder[free] = pixel
        this.#turn(free, root, mates, otherMates)
        found++
        continue
      }
      for (const { dy, reach } of this.#rows)
        for (;;) {
          const seen = this.#unseen.take(y + dy, x - reach, x + reach)
          if (seen < 0) break
          this.#finder[seen] = pixel
          const next = otherMates[seen]!
          this.#root[next] = root
          this.#queue[end++] = next
        }
    }
    return found
  }

  /** A free pixel of the other side in the disc around (x, y), in the nearest row that has one; -1 = none. */
  #takeFree(x: number, y: number): number {
    for (const { dy, reach } of this.#rows) {
      const free = this.#free.take(y + dy, x - reach, x + reach)
      if (free < 0) continue
      this.#unseen.remove(free)
      return free
    }
    return -1
  }

  /** Pairs what is free at the path's end, and everything on the way back to the root anew. */
  #turn(end: number, root: number, mates: Int32Array, otherMates: Int32Array): void {
    for (let other = end, pixel = -1; pixel !== root;) {
      pixel = this.#finder[other]!
      const before = mates[pixel]!
      mates[pixel] = other
      otherMates[other] = pixel
      other = before
    }
  }
}

/** Pixels of an image as bits: the first one of a stretch of a row is found a word at a time. */
class Bits {
  readonly #words: Int32Array
  readonly #perRow: number
  readonly #size: Size

  constructor(size: Size) {
    this.#size = size
    this.#perRow = Math.ceil(size.width / 32)
    this.#words = new Int32Array(this.#perRow * size.height)
  }

  /** The pixels of a mask (0 = not), without those that have a mate where `mates` are given. Returns how many. */
  fill(mask: Mask, mates: Int32Array | null): number {
    const { width, height } = this.#size
    this.#words.fill(0)
    let count = 0
    for (let y = 0, pixel = 0; y < height; y++)
      for (let x = 0; x < width; x++, pixel++) {
        if (mask[pixel] === 0 || (mates !== null && mates[pixel] !== -1)) continue
        this.#words[y * this.#perRow + (x >> 5)]! |= 1 << (x & 31)
        count++
      }
    return count
  }

  remove(pixel: number): void {
    const x = pixel % this.#size.width
    this.#words[((pixel - x) / this.#size.width) * this.#perRow + (x >> 5)]! &= ~(1 << (x & 31))
  }

  /** Removes and returns the first pixel of row y from column x0 to x1; -1 = none. */
  take(y: number, x0: number, x1: number): number {
    const { width, height } = this.#size
    if (y < 0 || y >= height) return -1
    const from = x0 < 0 ? 0 : x0
    const to = x1 < width ? x1 : width - 1
    const row = y * this.#perRow
    for (let at = from >> 5; at <= to >> 5; at++) {
      let word = this.#words[row + at]!
      if (word === 0) continue
      if (at === from >> 5) word &= -1 << (from & 31)
      if (at === to >> 5) word &= -1 >>> (31 - (to & 31))
      if (word === 0) continue
      const lowest = word & -word
      this.#words[row + at]! ^= lowest
      return y * width + at * 32 + 31 - Math.clz32(lowest)
    }
    return -1
  }
}

type Mask = Uint8Array

interface Size {
  readonly width: number
  readonly height: number
}

/** A row of a disc: its distance from the centre's, and how far it reaches to either side. */
interface DiscRow {
  readonly dy: number
  readonly reach: number
}

/** The pixels no further than `radius` from a pixel, nearest rows first. */
function discRows(radius: number): DiscRow[] {
  const rows: DiscRow[] = []
  for (let dy = 0; dy <= radius; dy++) {
    let reach = 0
    while ((reach + 1) ** 2 + dy ** 2 <= radius ** 2) reach++
    rows.push({ dy, reach })
    if (dy > 0) rows.push({ dy: -dy, reach })
  }
  return rows
}
