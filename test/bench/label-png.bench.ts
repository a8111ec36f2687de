import { decode, encode } from 'fast-png'
import { bench, describe } from 'vitest'
import { decodePng, encodePng, plainPng } from '../../src/engine/codecs/png'

/** A label-like picture: large flat regions with ragged borders. */
function labels(width: number, height: number): Uint8Array<ArrayBuffer> {
  const data = new Uint8Array(width * height)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) data[y * width + x] = 1 + (Math.floor(x / 90 + Math.sin(y / 17)) % 40)
  return data
}

for (const [width, height] of [
  [560, 425],
  [2048, 1024],
] as const) {
  const data = labels(width, height)
  const file = encode({ width, height, data, channels: 1, depth: 8 })
  describe(`decode a ${width}x${height} label PNG`, () => {
    bench('ours', async () => {
      await decodePng(file, 'bench.png')
    })
    bench('fast-png', () => {
      decode(file)
    })
  })
  describe(`encode a ${width}x${height} label PNG`, () => {
    bench('ours', async () => {
      await encodePng(plainPng({ width, height }, 'grey', 8, data))
    })
    bench('fast-png', () => {
      encode({ width, height, data, channels: 1, depth: 8 })
    })
  })
}
