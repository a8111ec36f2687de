import { bytesOf, bytesPerPixel, channelsOf, IGNORE_CLASS, type DenseMap } from '../../shared/maps'
import type { Correction } from './format'

/** Pixels compared at once; most of a corrected map is as it was. */
const BLOCK = 4096

/**
 * Pixels of which any value differs, and the classes whose pixel count changed, by how much (`void` = ignored; null
 * without `classes`). Both maps have the same kind and size.
 */
export function changesBetween(
  before: DenseMap,
  after: DenseMap,
  classes: readonly string[] | null,
): Pick<Correction, 'pixelsChanged' | 'classPixels'> {
  const counts = new Int32Array(IGNORE_CLASS + 1)
  const [old, now] = [bytesOf(before), bytesOf(after)]
  const block = BLOCK * bytesPerPixel(before.kind)
  let pixelsChanged = 0
  for (let at = 0, pixel = 0; at < old.length; at += block, pixel += BLOCK) {
    if (Buffer.compare(old.subarray(at, at + block), now.subarray(at, at + block)) === 0) continue
    const end = Math.min(before.width * before.height, pixel + BLOCK)
    pixelsChanged +=
      before.kind === 'class'
        ? countClasses(before.data, after.data, pixel, end, counts)
        : countValues(before.data, after.data, pixel, end, channelsOf(before.kind))
  }
  return { pixelsChanged, classPixels: classes && named(counts, classes) }
}

function countClasses(
  before: Uint8Array,
  after: ArrayLike<number>,
  from: number,
  to: number,
  counts: Int32Array,
): number {
  let changed = 0
  for (let i = from; i < to; i++) {
    const [old, now] = [before[i]!, after[i]!]
    if (old === now) continue
    counts[old]!--
    counts[now]!++
    changed++
  }
  return changed
}

function countValues(
  before: Float32Array,
  after: ArrayLike<number>,
  from: number,
  to: number,
  channels: number,
): number {
  let changed = 0
  for (let pixel = from; pixel < to; pixel++)
    for (let i = pixel * channels; i < (pixel + 1) * channels; i++)
      if (before[i] !== after[i]) {
        changed++
        break
      }
  return changed
}

function named(counts: Int32Array, classes: readonly string[]): Record<string, number> {
  const changed = [...counts.entries()].filter(([, count]) => count !== 0)
  return Object.fromEntries(changed.map(([index, count]) => [classes[index] ?? 'void', count]))
}
