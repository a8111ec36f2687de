import { createMap, type DenseMap, type MapKind } from '../../src/shared/maps'

/** Deterministic numbers in [0, 1): the mulberry32 generator. */
export function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

export interface Pair {
  readonly label: DenseMap
  readonly prediction: DenseMap
}

/**
 * A label and a prediction that partly agrees with it: regions between wavy borders, with ignored and invalid pixels in
 * the label. Boundaries are ridges along the borders, displaced a little in the prediction.
 */
export function randomPair(kind: MapKind, width: number, height: number, seed: number, classes = 7): Pair {
  const random = randomFrom(seed)
  const [a, b, c, d] = [random() * 6, random() * 6, 8 + random() * 12, 8 + random() * 12]
  const region = (x: number, y: number): number =>
    Math.floor(x / (width / 4) + Math.sin(y / c + a)) + 5 * Math.floor(y / (height / 3) + Math.sin(x / d + b))
  const label = createMap(kind, width, height)
  const prediction = createMap(kind, width, height)
  const channels = kind === 'vector' ? 3 : 1
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * channels
      const id = ((region(x, y) % classes) + classes) % classes
      const border = (dx: number): boolean =>
        region(x + dx, y) !== region(x + dx + 1, y) || region(x + dx, y) !== region(x + dx, y + 1)
      for (let channel = 0; channel < channels; channel++) {
        const wobble = random() - 0.5
        const [truth, found] = {
          class: [random() < 0.05 ? 255 : id, random() < 0.2 ? Math.floor(random() * classes) : id],
          scalar: [random() < 0.02 ? 0 : 1 + id + wobble / 4, Math.max(0, 1 + id + wobble * (random() * 3))],
          vector: [Math.sin(id * 2 + channel), Math.sin(id * 2 + channel) + wobble],
          probability: [
            border(0) ? 1 : 0,
            Math.round(
              255 *
                Math.min(1, Math.max(0, (border(2) ? 0.8 : border(1) || border(3) ? 0.4 : 0.1) + wobble / 4)),
            ) / 255,
          ],
        }[kind] as [number, number]
        label.data[at + channel] = truth
        prediction.data[at + channel] = found
      }
      if (kind === 'vector' && random() < 0.03) label.data.fill(0, at, at + 3)
      if (kind === 'vector' && random() < 0.01) prediction.data.fill(0, at, at + 3)
    }
  return { label, prediction }
}
