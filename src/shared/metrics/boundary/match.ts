/**
 * One-to-one matching of predicted and labelled boundary pixels no further apart than a radius, with as many pairs as
 * possible (Hopcroft-Karp). The label and the pixels that may be predicted are fixed; which of these are predicted
 * changes from threshold to threshold, and each matching starts from what is left of the one before.
 */
export class BoundaryMatcher {
  /** Label pixels near candidate c: `near[first[c]] ... near[first[c + 1] - 1]`, nearest first. */
  readonly #first: Int32Array
  readonly #near: Int32Array
  /** Mate of each candidate and of each label pixel; -1 = none. */
  readonly #mate: Int32Array
  readonly #labelMate: Int32Array
  /** Position of each candidate in the image. */
  readonly #position: Int32Array
  /** Distance of each candidate from a free one in steps; Infinity is written as -1. */
  readonly #level: Int32Array
  readonly #cursor: Int32Array
  readonly #queue: Int32Array
  readonly #path: Int32Array

  /** `candidates` and `label` are masks of the image (0 = not), `radius` is in pixels. */
  constructor(
    candidates: ArrayLike<number>,
    label: ArrayLike<number>,
    size: { readonly width: number; readonly height: number },
    radius: number,
  ) {
    const positions = positionsOf(candidates)
    const labels = positionsOf(label)
    const indexAt = new Int32Array(size.width * size.height).fill(-1)
    positions.forEach((position, index) => (indexAt[position] = index))
    const pairs = new Pairs(positions.length)
    // Twice: the first round counts, the second writes. Offsets in the order of distance leave every list sorted.
    for (const round of ['count', 'write'] as const) {
      for (const { dx, dy } of offsetsWithin(radius))
        for (let l = 0; l < labels.length; l++) {
          const x = (labels[l]! % size.width) + dx
          const y = Math.floor(labels[l]! / size.width) + dy
          if (x < 0 || y < 0 || x >= size.width || y >= size.height) continue
          const candidate = indexAt[y * size.width + x]!
          if (candidate >= 0) pairs[round](candidate, l)
        }
      if (round === 'count') pairs.allocate()
    }
    this.#first = pairs.first
    this.#near = pairs.near
    this.#position = positions
    this.#mate = new Int32Array(positions.length).fill(-1)
    this.#labelMate = new Int32Array(labels.length).fill(-1)
    this.#level = new Int32Array(positions.length)
    this.#cursor = new Int32Array(positions.length)
    this.#queue = new Int32Array(positions.length)
    this.#path = new Int32Array(positions.length)
  }

  /** Number of pairs of a largest matching of the predicted pixels, a mask of the image within the candidates. */
  match(predicted: ArrayLike<number>): number {
    const free: number[] = []
    let pairs = 0
    for (let c = 0; c < this.#position.length; c++) {
      const mate = this.#mate[c]!
      if (predicted[this.#position[c]!]) {
        if (mate >= 0) pairs++
        else if (this.#first[c + 1]! > this.#first[c]!) free.push(c)
      } else if (mate >= 0) {
        this.#mate[c] = -1
        this.#labelMate[mate] = -1
      }
    }
    let waiting = free.filter((c) => !this.#takeFree(c))
    pairs += free.length - waiting.length
    while (pairs < this.#labelMate.length && this.#layer(waiting)) {
      const left = waiting.filter((c) => !this.#augment(c))
      pairs += waiting.length - left.length
      waiting = left
    }
    return pairs
  }

  /** Pairs a candidate with the nearest label pixel nobody has. */
  #takeFree(candidate: number): boolean {
    for (let i = this.#first[candidate]!; i < this.#first[candidate + 1]!; i++) {
      const label = this.#near[i]!
      if (this.#labelMate[label]! >= 0) continue
      this.#labelMate[label] = candidate
      this.#mate[candidate] = label
      return true
    }
    return false
  }

  /** Breadth first from the free candidates along alternating paths; false when none ends at a free label pixel. */
  #layer(free: readonly number[]): boolean {
    const level = this.#level.fill(-1)
    const queue = this.#queue
    let end = 0
    for (const candidate of free) {
      level[candidate] = 0
      queue[end++] = candidate
    }
    this.#cursor.set(this.#first.subarray(0, this.#cursor.length))
    let last = Infinity
    for (let at = 0; at < end; at++) {
      const candidate = queue[at]!
      const depth = level[candidate]!
      if (depth >= last) break
      for (let i = this.#first[candidate]!; i < this.#first[candidate + 1]!; i++) {
        const next = this.#labelMate[this.#near[i]!]!
        if (next < 0) last = depth
        else if (level[next] === -1) {
          level[next] = depth + 1
          queue[end++] = next
        }
      }
    }
    return last < Infinity
  }

  /** Depth first along the layers without recursion; turns the path round when it ends at a free label pixel. */
  #augment(start: number): boolean {
    const path = this.#path
    let depth = 0
    path[0] = start
    while (depth >= 0) {
      const candidate = path[depth]!
      const i = this.#cursor[candidate]!
      if (i >= this.#first[candidate + 1]!) {
        this.#level[candidate] = -1
        depth--
        // The edge that led here is used up.
        if (depth >= 0) this.#cursor[path[depth]!]!++
        continue
      }
      const next = this.#labelMate[this.#near[i]!]!
      if (next < 0) {
        for (let step = depth; step >= 0; step--) {
          const taken = path[step]!
          const label = this.#near[this.#cursor[taken]!]!
          this.#mate[taken] = label
          this.#labelMate[label] = taken
          this.#level[taken] = -1
        }
        return true
      }
      if (this.#level[next] === depth + 1) path[++depth] = next
      else this.#cursor[candidate] = i + 1
    }
    return false
  }
}

/** Lists by candidate in one array. */
class Pairs {
  readonly first: Int32Array
  near = new Int32Array(0)
  readonly #next: Int32Array
  constructor(candidates: number) {
    this.first = new Int32Array(candidates + 1)
    this.#next = new Int32Array(candidates)
  }
  count(candidate: number): void {
    this.first[candidate + 1]!++
  }
  allocate(): void {
    for (let c = 0; c < this.#next.length; c++) {
      this.#next[c] = this.first[c]!
      this.first[c + 1]! += this.first[c]!
    }
    this.near = new Int32Array(this.first[this.#next.length]!)
  }
  write(candidate: number, label: number): void {
    this.near[this.#next[candidate]!++] = label
  }
}

function positionsOf(mask: ArrayLike<number>): Int32Array {
  let count = 0
  for (let i = 0; i < mask.length; i++) if (mask[i]) count++
  const positions = new Int32Array(count)
  for (let i = 0, at = 0; i < mask.length; i++) if (mask[i]) positions[at++] = i
  return positions
}

/** Steps of at most `radius` pixels, nearest first. */
function offsetsWithin(radius: number): { dx: number; dy: number; square: number }[] {
  const reach = Math.floor(radius)
  const offsets: { dx: number; dy: number; square: number }[] = []
  for (let dy = -reach; dy <= reach; dy++)
    for (let dx = -reach; dx <= reach; dx++) {
      const square = dx * dx + dy * dy
      if (square <= radius * radius) offsets.push({ dx, dy, square })
    }
  return offsets.sort((a, b) => a.square - b.square)
}
