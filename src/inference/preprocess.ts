import type { Card } from '../shared/card'
import type { RgbImage } from '../shared/image'
import { placement, resizeTriangle, type Placement } from '../shared/resample'

/**
 * An RGB image as the model's input: resized to fit (`placement`), (value / scale - mean) / std, centred in zeros.
 * Returns planar float32 (1, 3, H, W) and where the image lies in it.
 */
export function preprocess(
  image: RgbImage,
  input: Card['input'],
): { data: Float32Array<ArrayBuffer>; placed: Placement } {
  const placed = placement(image, input)
  const { data: pixels } = resizeTriangle(image, placed.width, placed.height)
  const plane = input.width * input.height
  const data = new Float32Array(3 * plane)
  for (let channel = 0; channel < 3; channel++) {
    const mean = input.mean[channel]!
    const std = input.std[channel]!
    for (let y = 0; y < placed.height; y++) {
      let write = channel * plane + (placed.top + y) * input.width + placed.left
      let read = y * placed.width * 3 + channel
      for (let x = 0; x < placed.width; x++, read += 3)
        data[write++] = (pixels[read]! / input.scale - mean) / std
    }
  }
  return { data, placed }
}
