import type { CardTask } from '../shared/card'
import { AppError, assertNever } from '../shared/errors'
import { hypot3 } from '../shared/hypot3'
import { createMap, MAX_PIXELS, type DenseMap } from '../shared/maps'
import type { PlaneResizer } from '../shared/resample'
import { argmax } from './argmax'

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
  const { width, height } = logits.toImage
  switch (task.activation) {
    case 'argmax': {
      const map = createMap('class', width, height)
      argmax(logits, map.data)
      return map
    }
    case 'clamp-min-0': {
      const map = createMap('scalar', width, height)
      clamped(logits, map.data)
      return map
    }
    case 'l2-normalise': {
      const map = createMap('vector', width, height)
      normalise(logits, map.data)
      return map
    }
    case 'sigmoid': {
      const map = createMap('probability', width, height)
      sigmoid(logits, map.data)
      return map
    }
    case 'softmax1': {
      const map = createMap('probability', width, height)
      softmax1(logits, map.data)
      return map
    }
    default:
      return assertNever(task.activation)
  }
}

function clamped({ data, toImage }: Logits, target: Float32Array): void {
  toImage.resize(data, 0, target)
  for (let i = 0; i < target.length; i++) target[i] = Math.max(0, target[i]!)
}

function sigmoid({ data, toImage }: Logits, target: Float32Array): void {
  toImage.resize(data, 0, target)
  for (let i = 0; i < target.length; i++) target[i] = 1 / (1 + Math.exp(-target[i]!))
}

/** Two-class softmax of the second class: the sigmoid of the difference. */
function softmax1({ data, plane, toImage }: Logits, target: Float32Array): void {
  const other = new Float32Array(target.length)
  toImage.resize(data, 0, other)
  toImage.resize(data, plane, target)
  for (let i = 0; i < target.length; i++) target[i] = 1 / (1 + Math.exp(other[i]! - target[i]!))
}

/** Planar to interleaved unit vectors; a zero vector stays zero, which a VectorMap reads as invalid. */
function normalise({ data, plane, toImage }: Logits, target: Float32Array): void {
  const [x, y, z] = [0, 1, 2].map((channel) => {
    const part = new Float32Array(toImage.width * toImage.height)
    toImage.resize(data, channel * plane, part)
    return part
  })
  for (let i = 0, at = 0; at < target.length; i++, at += 3) {
    const length = hypot3(x![i]!, y![i]!, z![i]!)
    if (!(length > 0)) continue
    target[at] = x![i]! / length
    target[at + 1] = y![i]! / length
    target[at + 2] = z![i]! / length
  }
}
