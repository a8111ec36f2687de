import { imageRectOnGrid } from '../../shared/attention'
import type { AttentionMapHeader } from '../../shared/contract'
import type { LabSample } from './sample'

/** A scale's grid and where the image lies on it. */
export function headerOf({ model, placed }: LabSample, scale: number): AttentionMapHeader {
  const { scales, input } = model.card
  const { width, height } = scales[scale]!
  return { width, height, imageRect: imageRectOnGrid(placed, input, { width, height }) }
}

/** The cell of a scale's grid under a pixel of the image. */
export function cellOf(
  { model, placed, size }: LabSample,
  scale: number,
  pixel: { x: number; y: number },
): number {
  const { input, scales } = model.card
  const grid = scales[scale]!
  const x = placed.left + ((pixel.x + 0.5) * placed.width) / size.width
  const y = placed.top + ((pixel.y + 0.5) * placed.height) / size.height
  const column = Math.min(grid.width - 1, Math.floor((x * grid.width) / input.width))
  const row = Math.min(grid.height - 1, Math.floor((y * grid.height) / input.height))
  return row * grid.width + column
}

export function largest(values: Float32Array): number {
  let most = 0
  // By index: an iterator over 60,000 numbers takes a millisecond.
  for (let i = 0; i < values.length; i++) if (values[i]! > most) most = values[i]!
  return most
}
