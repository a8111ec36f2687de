import { AppError } from './errors'
import { maskSpans, type Mask } from './mask'
import type { PixelRect, Size } from './space'

/** The widest smoothing, in pixels. */
export const MAX_SIGMA = 50

/** Throws `value_out_of_range` for a width that cannot be used. */
export function expectSigma(sigma: number): void {
  if (!(sigma > 0 && sigma <= MAX_SIGMA))
    throw new AppError(
      'value_out_of_range',
      `smoothing takes a sigma above 0 and up to ${MAX_SIGMA} pixels, found ${sigma}`,
    )
}

/** The weights of a sampled Gaussian from the centre outwards, cut off at 3 sigma (rounded, at least one pixel), sum over both sides 1. */
export function gaussianWeights(sigma: number): Float64Array {
  const radius = Math.max(1, Math.floor(3 * sigma + 0.5))
  const weights = Float64Array.from({ length: radius + 1 }, (_, i) =>
    Math.exp((-i * i) / (2 * sigma * sigma)),
  )
  const sum = 2 * weights.reduce((a, b) => a + b) - weights[0]!
  return weights.map((weight) => weight / sum)
}

/**
 * Normalised convolution (Knutsson and Westin 1993) at the selected pixels: the Gaussian mean over the pixels that
 * `counts` accepts, each channel of `data` (interleaved) on its own. Nothing outside the image or not accepted is blended
 * in. `write` gets the index of a pixel and its means, and may write to `data`: a row is read before any row that it
 * reaches is written. A pixel with no accepted neighbour in reach is not visited.
 */
export function smoothMasked(
  { width, height }: Size,
  data: Float32Array,
  channels: 1 | 3,
  mask: Mask,
  sigma: number,
  counts: (at: number) => boolean,
  write: (at: number, means: Float64Array) => void,
): void {
  if (!mask.bounds) return
  const weights = gaussianWeights(sigma)
  const radius = weights.length - 1
  const box = mask.bounds
  const planes = channels + 1
  // The rows in reach of the row that is written, row j in slot j modulo their number.
  const slots = Array.from({ length: 2 * radius + 1 }, () => new Float64Array(box.width * planes))
  const slotOf = (row: number): Float64Array => slots[row % slots.length]!
  const padded = new Float64Array((box.width + 2 * radius) * planes)
  const sums = new Float64Array(box.width * planes)
  const means = new Float64Array(channels)
  let unread = Math.max(0, box.y - radius)
  maskSpans(mask, (y, start, end) => {
    const last = Math.min(height - 1, y + radius)
    for (; unread <= last; unread++) {
      readRow(padded, width, unread, data, channels, box, radius, counts)
      convolveRow(slotOf(unread), padded, planes, box.width, weights)
    }
    const [from, to] = [start - box.x, end - box.x]
    sums.fill(0)
    for (let row = Math.max(0, y - radius); row <= last; row++) {
      const weight = weights[Math.abs(row - y)]!
      const across = slotOf(row)
      for (let plane = 0; plane < planes; plane++)
        for (let at = plane * box.width + from; at < plane * box.width + to; at++)
          sums[at]! += weight * across[at]!
    }
    for (let x = from; x < to; x++) {
      const total = sums[channels * box.width + x]!
      if (total <= 0) continue
      for (let c = 0; c < channels; c++) means[c] = sums[c * box.width + x]! / total
      write(y * width + box.x + x, means)
    }
  })
}

/**
 * One row of the box and what lies `radius` beside it, plane by plane: each channel, 0 where it does not count, then 1 where
 * it counts.
 */
function readRow(
  out: Float64Array,
  width: number,
  row: number,
  data: Float32Array,
  channels: 1 | 3,
  box: PixelRect,
  radius: number,
  counts: (at: number) => boolean,
): void {
  const length = box.width + 2 * radius
  const left = box.x - radius
  out.fill(0)
  for (let x = Math.max(0, left); x < Math.min(width, left + length); x++) {
    const at = row * width + x
    if (!counts(at)) continue
    for (let c = 0; c < channels; c++) out[c * length + x - left] = data[at * channels + c]!
    out[channels * length + x - left] = 1
  }
}

/** The weighted sums along a padded row, plane by plane. */
function convolveRow(
  out: Float64Array,
  padded: Float64Array,
  planes: number,
  length: number,
  weights: Float64Array,
): void {
  const radius = weights.length - 1
  const centre = weights[0]!
  for (let plane = 0; plane < planes; plane++)
    for (let x = 0; x < length; x++) {
      const at = plane * (length + 2 * radius) + x + radius
      let sum = centre * padded[at]!
      for (let k = 1; k <= radius; k++) sum += weights[k]! * (padded[at - k]! + padded[at + k]!)
      out[plane * length + x] = sum
    }
}
