import type { CardTask } from '../shared/card'
import { AppError, assertNever } from '../shared/errors'
import { createMap, MAX_PIXELS, type DenseMap } from '../shared/maps'
import type { PlaneResizer } from '../shared/resample'

/** One task's logits at the model's input size: planar (channel, height, width), and the way back to the image. */
export interface Logits {
  readonly data: Float32Array
  readonly channels: number
  /** Values per plane. */
  readonly plane: number
  readonly toImage: PlaneResizer
}

/** The logits at the image's own size, planar (C, H, W). Throws `file_too_large` when they would exceed 8 GiB. */
export function logitsAtImage({ data, channels, plane, toImage }: Logits): Float32Array<ArrayBuffer> {
  const pixels = toImage.width * toImage.height
  if (pixels > MAX_PIXELS || pixels * channels > 2 ** 31)
    throw new AppError(
      'file_too_large',
      `${channels} logit planes of ${toImage.width}x${toImage.height} are too large to hold; leave --raw out`,
    )
  const result = new Float32Array(channels * pixels)
  for (let channel = 0; channel < channels; channel++)
    toImage.resize(data, channel * plane, result.subarray(channel * pixels, (channel + 1) * pixels))
  return result
}

/** The task's map at the image's own size; logits are resized first, then the card's activation is applied. */
export function decodeMap(task: CardTask, logits: Logits): DenseMap {
  const { data, plane, toImage } = logits
  const { width, height } = toImage
  switch (task.activation) {
    case 'argmax': {
      const map = createMap('class', width, height)
      argmax(logits, map.data)
      return map
    }
    case 'clamp-min-0': {
      const map = createMap('scalar', width, height)
      toImage.resize(data, 0, map.data)
      for (let i = 0; i < map.data.length; i++) map.data[i] = Math.max(0, map.data[i]!)
      return map
    }
    case 'l2-normalise': {
      const map = createMap('vector', width, height)
      normalise(logits, map.data)
      return map
    }
    case 'sigmoid': {
      const map = createMap('probability', width, height)
      toImage.resize(data, 0, map.data)
      for (let i = 0; i < map.data.length; i++) map.data[i] = sigmoid(map.data[i]!)
      return map
    }
    case 'softmax1': {
      // Two-class softmax of the second class is the sigmoid of the difference.
      const map = createMap('probability', width, height)
      const other = new Float32Array(map.data.length)
      toImage.resize(data, 0, other)
      toImage.resize(data, plane, map.data)
      for (let i = 0; i < map.data.length; i++) map.data[i] = sigmoid(map.data[i]! - other[i]!)
      return map
    }
    default:
      return assertNever(task.activation)
  }
}

function sigmoid(value: number): number {
  return 1 / (1 + Math.exp(-value))
}

/** Index of the largest channel, the first on a tie (as torch and numpy). */
function argmax({ data, channels, plane, toImage }: Logits, target: Uint8Array): void {
  const best = new Float32Array(target.length)
  toImage.resize(data, 0, best)
  const current = new Float32Array(target.length)
  for (let channel = 1; channel < channels; channel++) {
    toImage.resize(data, channel * plane, current)
    for (let i = 0; i < current.length; i++)
      if (current[i]! > best[i]!) {
        best[i] = current[i]!
        target[i] = channel
      }
  }
}

/** Planar to interleaved unit vectors; a zero vector stays zero, which a VectorMap reads as invalid. */
function normalise({ data, plane, toImage }: Logits, target: Float32Array): void {
  const pixels = toImage.width * toImage.height
  const current = new Float32Array(pixels)
  for (let channel = 0; channel < 3; channel++) {
    toImage.resize(data, channel * plane, current)
    for (let i = 0; i < pixels; i++) target[i * 3 + channel] = current[i]!
  }
  for (let i = 0; i < target.length; i += 3) {
    const length = Math.hypot(target[i]!, target[i + 1]!, target[i + 2]!)
    if (length > 0) for (let axis = 0; axis < 3; axis++) target[i + axis] = target[i + axis]! / length
  }
}
