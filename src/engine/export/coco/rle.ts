import { AppError } from '../../../shared/errors'

/** One segment of an image as COCO describes it. */
export interface Segment {
  /** Lengths of runs down the columns, left column first, beginning with pixels outside the segment; they sum to H * W. */
  readonly counts: readonly number[]
  /** Pixels. */
  readonly area: number
  /** x, y, width, height in whole pixels. */
  readonly bbox: readonly [number, number, number, number]
}

interface Growing {
  counts: number[]
  end: number
  area: number
  left: number
  top: number
  right: number
  bottom: number
}

/** The runs of every segment in one pass; `ids` is row-major (H * W), 0 = no segment. Keys in the order of first pixels. */
export function segmentsOf(ids: ArrayLike<number>, width: number, height: number): Map<number, Segment> {
  const growing = new Map<number, Growing>()
  const close = (id: number, start: number, end: number): void => {
    if (id === 0 || start === end) return
    let segment = growing.get(id)
    if (!segment) {
      segment = { counts: [], end: 0, area: 0, left: width, top: height, right: 0, bottom: 0 }
      growing.set(id, segment)
    }
    segment.counts.push(start - segment.end, end - start)
    segment.end = end
    segment.area += end - start
    const [left, right] = [Math.floor(start / height), Math.floor((end - 1) / height)]
    segment.left = Math.min(segment.left, left)
    segment.right = Math.max(segment.right, right)
    // A run into the next column holds the last pixel of one and the first of the other.
    segment.top = Math.min(segment.top, left === right ? start % height : 0)
    segment.bottom = Math.max(segment.bottom, left === right ? (end - 1) % height : height - 1)
  }
  let current = 0
  let start = 0
  let place = 0
  for (let x = 0; x < width; x++)
    for (let y = 0, at = x; y < height; y++, at += width, place++) {
      const id = ids[at]!
      if (id === current) continue
      close(current, start, place)
      current = id
      start = place
    }
  close(current, start, place)
  const finished = [...growing].map(([id, { counts, end, area, left, top, right, bottom }]) => {
    if (end < place) counts.push(place - end)
    const bbox = [left, top, right - left + 1, bottom - top + 1] as const
    return [id, { counts, area, bbox }] as const
  })
  return new Map(finished)
}

/**
 * COCO's compressed counts: from the fourth on the difference to the count two before, each number in groups of five
 * bits, lowest first, bit 5 marks that more follow, and 48 is added to make a printable character (maskApi of the COCO
 * API).
 */
export function rleText(counts: readonly number[]): string {
  const characters: number[] = []
  counts.forEach((count, index) => {
    let rest = index > 2 ? count - counts[index - 2]! : count
    for (let more = true; more;) {
      const group = rest & 31
      rest >>= 5
      // Bit 4 of the last group is the sign.
      more = group & 16 ? rest !== -1 : rest !== 0
      characters.push((more ? group | 32 : group) + 48)
    }
  })
  return Buffer.from(characters).toString('latin1')
}

/** Inverse of `rleText`. Throws `file_malformed` for text that ends early or counts below zero. */
export function countsFrom(text: string): number[] {
  const counts: number[] = []
  for (let at = 0; at < text.length;) {
    let value = 0
    let shift = 0
    for (let more = true; more; shift += 5) {
      const group = text.charCodeAt(at++) - 48
      if (!(group >= 0 && group < 64) || shift > 30)
        throw new AppError('file_malformed', `a run length ends early at character ${at} of ${text.length}`)
      more = (group & 32) !== 0
      value |= (group & 31) << shift
      if (!more && group & 16 && shift <= 25) value |= -1 << (shift + 5)
    }
    if (counts.length > 2) value += counts[counts.length - 2]!
    if (value < 0) throw new AppError('file_malformed', `run length ${counts.length} is below zero`)
    counts.push(value)
  }
  return counts
}

/** Sets `id` in the row-major `ids` wherever the runs lie inside the segment. */
export function paintRuns(
  counts: readonly number[],
  id: number,
  ids: Uint32Array,
  width: number,
  height: number,
): void {
  let place = 0
  counts.forEach((count, index) => {
    const end = Math.min(place + count, ids.length)
    if (index % 2 === 1)
      for (let p = place; p < end; p++) ids[(p % height) * width + Math.floor(p / height)] = id
    place += count
  })
}
