import { normalColour } from '../../../shared/palette'

/**
 * RGBA pixels of a ball seen along z, `size` pixels wide: a point has the colour of its own unit normal
 * (x right, y up, z towards the viewer), as the canvas colours a normals map. Outside it is transparent.
 */
export function paintSphere(size: number): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint32Array(size * size)
  const radius = size / 2
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++) {
      const x = (column + 0.5) / radius - 1
      const y = 1 - (row + 0.5) / radius
      const planar = x * x + y * y
      if (planar <= 1) pixels[row * size + column] = normalColour(x, y, Math.sqrt(1 - planar))
    }
  return new Uint8ClampedArray(pixels.buffer)
}
