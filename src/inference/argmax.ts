import type { Between } from '../shared/resample'
import type { Logits } from './decode'

/**
 * A lead over the second channel of this part of the largest value outlasts rounding to float32 (2^-24) at every weighting
 * of pixels that have it.
 */
const CLEAR = 2 ** -20

/** Index of the largest channel of every pixel of the resized logits, the first on a tie (as torch and numpy). */
export function argmax(logits: Logits, target: Uint8Array): void {
  const { between } = logits.toImage
  if (between) argmaxBetween(logits, between, target)
  else argmaxOfPlanes(logits, target)
}

/** Where the values are copied they are compared where they lie. */
function argmaxOfPlanes({ data, channels, plane, toImage }: Logits, target: Uint8Array): void {
  const { width, height, stride, window } = toImage
  const best = new Float32Array(target.length)
  toImage.resize(data, 0, best)
  for (let channel = 1; channel < channels; channel++)
    for (let y = 0, write = 0; y < height; y++) {
      const start = channel * plane + (window.top + y) * stride + window.left
      for (let read = start; read < start + width; read++, write++) {
        const value = data[read]!
        if (value > best[write]!) {
          best[write] = value
          target[write] = channel
        }
      }
    }
}

/**
 * The same without resizing every channel: rounding keeps the order of weighted sums, so where one channel leads clearly at
 * all four neighbours it leads between them. The other pixels are computed as `resize` does.
 */
function argmaxBetween(
  { data, channels, plane, toImage: { stride } }: Logits,
  { columns, rows }: Between,
  target: Uint8Array,
): void {
  const leaders = clearLeaders(data, channels, plane)
  const { low, high, weight } = columns
  for (let y = 0, write = 0; y < rows.low.length; y++) {
    const [upper, lower, down] = [rows.low[y]! * stride, rows.high[y]! * stride, rows.weight[y]!]
    for (let x = 0; x < low.length; x++, write++) {
      const [left, right] = [low[x]!, high[x]!]
      const leader = leaders[upper + left]!
      const agreed =
        leader === leaders[upper + right] &&
        leader === leaders[lower + left] &&
        leader === leaders[lower + right]
      if (agreed && leader >= 0) {
        target[write] = leader
        continue
      }
      const across = weight[x]!
      let [best, index] = [0, -1]
      for (let channel = 0, start = 0; channel < channels; channel++, start += plane) {
        const above = data[start + upper + left]! * (1 - across) + data[start + upper + right]! * across
        const below = data[start + lower + left]! * (1 - across) + data[start + lower + right]! * across
        const value = Math.fround(above * (1 - down) + below * down)
        if (index < 0 || value > best) [best, index] = [value, channel]
      }
      target[write] = index
    }
  }
}

/** Per pixel of the planes the channel that leads clearly, -1 where none does. */
function clearLeaders(data: Float32Array, channels: number, plane: number): Int16Array {
  const best = data.slice(0, plane)
  const second = new Float32Array(plane).fill(-Infinity)
  const leaders = new Int16Array(plane)
  for (let channel = 1, read = plane; channel < channels; channel++)
    for (let i = 0; i < plane; i++, read++) {
      const value = data[read]!
      if (value > best[i]!) {
        second[i] = best[i]!
        best[i] = value
        leaders[i] = channel
      } else if (value > second[i]!) second[i] = value
    }
  for (let i = 0; i < plane; i++) if (!(best[i]! - second[i]! > Math.abs(best[i]!) * CLEAR)) leaders[i] = -1
  return leaders
}
