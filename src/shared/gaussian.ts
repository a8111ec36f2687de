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
  const stride = channels + 1
  // The rows in reach of the row that is written, row j in slot j modulo their number.
  const slots = Array.from({ length: 2 * radius + 1 }, () => new Float64Array(box.width * stride))
  const slotOf = (row: number): Float64Array => slots[row % slots.length]!
  const sums = new Float64Array(stride)
  const means = new Float64Array(channels)
  let unread = Math.max(0, box.y - radius)
  maskSpans(mask, (y, start, end) => {
    const last = Math.min(height - 1, y + radius)
    for (; unread <= last; unread++)
      sumAlong(slotOf(unread), width, unread, data, channels, box, weights, counts)
    for (let x = start; x < end; x++) {
      sums.fill(0)
      for (let row = Math.max(0, y - radius); row <= last; row++) {
        const weight = weights[Math.abs(row - y)]!
        const across = slotOf(row)
        for (let c = 0; c < stride; c++) sums[c]! += weight * across[(x - box.x) * stride + c]!
      }
      const total = sums[channels]!
      if (total <= 0) continue
      for (let c = 0; c < channels; c++) means[c] = sums[c]! / total
      write(y * width + x, means)
    }
  })
}

/** For the columns of `box` the weighted sums along one row: of each channel, then of the weights themselves. */
function sumAlong(
  out: Float64Array,
  width: number,
  row: number,
  data: Float32Array,
  channels: 1 | 3,
  box: PixelRect,
  weights: Float64Array,
  counts: (at: number) => boolean,
): void {
  const radius = weights.length - 1
  const stride = channels + 1
  out.fill(0)
  const end = Math.min(width, box.x + box.width + radius)
  for (let x = Math.max(0, box.x - radius); x < end; x++) {
    const source = row * width + x
    if (!counts(source)) continue
    const last = Math.min(box.x + box.width - 1, x + radius)
    for (let target = Math.max(box.x, x - radius); target <= last; target++) {
      const weight = weights[Math.abs(target - x)]!
      const at = (target - box.x) * stride
      for (let c = 0; c < channels; c++) out[at + c]! += weight * data[source * channels + c]!
      out[at + channels]! += weight
    }
  }
}
