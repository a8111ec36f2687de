import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { planeResizer } from '../shared/resample'
import { argmax } from './argmax'
import { logitsAtImage, type Logits } from './decode'

const size = fc.record({ width: fc.integer({ min: 1, max: 9 }), height: fc.integer({ min: 1, max: 9 }) })
/** A pixel's value, and the channel that is far above it, if any. */
const pixel = fc.record({
  value: fc.oneof(
    { weight: 20, arbitrary: fc.integer({ min: 1, max: 9999 }).map((value) => Math.fround(value / 1234)) },
    { weight: 1, arbitrary: fc.constant(NaN) },
  ),
  above: fc.constantFrom(-1, -1, -1, 0, 1, 2),
})

/** By resizing every channel, which is what the result is defined by. */
function slow(logits: Logits): Uint8Array {
  const pixels = logits.toImage.width * logits.toImage.height
  const all = logitsAtImage(logits)
  return Uint8Array.from({ length: pixels }, (_, pixel) => {
    let index = 0
    for (let channel = 1; channel < logits.channels; channel++)
      if (all[channel * pixels + pixel]! > all[index * pixels + pixel]!) index = channel
    return index
  })
}

describe('argmax', () => {
  it('is the largest channel of the resized planes, the first on a tie', () => {
    const made = fc.record({
      input: size,
      output: fc.option(size, { nil: null }),
      padding: fc.record({ left: fc.integer({ min: 0, max: 2 }), top: fc.integer({ min: 0, max: 2 }) }),
      // How many steps of float32 each channel lies above the pixel's value: rounding makes ties of close ones.
      steps: fc.array(fc.constantFrom(0, 1, 2, 100), { minLength: 1, maxLength: 5 }),
      pixels: fc.array(pixel, { minLength: 81, maxLength: 81 }),
    })
    fc.assert(
      fc.property(made, ({ input, output, padding, steps, pixels }) => {
        const stride = padding.left + input.width + 1
        const plane = stride * (padding.top + input.height)
        const channels = steps.length
        const data = new Float32Array(channels * plane)
        const bits = new Uint32Array(data.buffer)
        for (let at = 0; at < data.length; at++) {
          const { value, above } = pixels[(at % plane) % pixels.length]!
          const channel = Math.floor(at / plane)
          data[at] = channel === above ? 2 * value : value
          if (!Number.isNaN(value)) bits[at]! += steps[channel]!
        }
        const window = { ...padding, ...input }
        const logits = { data, channels, plane, toImage: planeResizer(stride, window, output ?? input) }
        const found = new Uint8Array(logits.toImage.width * logits.toImage.height)
        argmax(logits, found)
        expect(found).toEqual(slow(logits))
      }),
      { numRuns: 500 },
    )
  })
})
