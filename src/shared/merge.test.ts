import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mergeTile } from './merge'

const SIDE = 8
const tile = (pixelBytes: number): fc.Arbitrary<Uint8Array<ArrayBuffer>> =>
  fc
    .uint8Array({ minLength: SIDE * pixelBytes, maxLength: SIDE * pixelBytes, max: 2 })
    .map((bytes) => Uint8Array.from(bytes))

describe.each([1, 4, 12])('merging tiles of %i bytes a pixel', (pixelBytes) => {
  it('keeps every change of either side, and ours where both changed a pixel', () => {
    fc.assert(
      fc.property(tile(pixelBytes), tile(pixelBytes), tile(pixelBytes), (before, after, theirs) => {
        const { bytes, contested } = mergeTile({ tx: 0, ty: 0, before, after }, theirs, pixelBytes)
        let both = 0
        for (let pixel = 0; pixel < SIDE; pixel++) {
          const of = (data: Uint8Array): string =>
            data.slice(pixel * pixelBytes, (pixel + 1) * pixelBytes).join()
          expect(of(bytes)).toBe(of(before) === of(after) ? of(theirs) : of(after))
          if (of(before) !== of(after) && of(theirs) !== of(before) && of(theirs) !== of(after)) both++
        }
        expect(contested).toBe(both)
      }),
    )
  })
})
