import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createMask } from './mask'
import { packMask, unpackMask } from './mask-pack'

it('a packed selection comes back bit for bit', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 17 }),
      fc.integer({ min: 1, max: 9 }),
      fc.array(fc.boolean(), { minLength: 153, maxLength: 153 }),
      (width, height, on) => {
        const data = Uint8Array.from({ length: width * height }, (_, at) => (on[at] ? 1 : 0))
        const mask = createMask({ width, height }, data)
        expect(unpackMask(packMask(mask))).toEqual(mask)
      },
    ),
  )
})

it('a rectangle in a large photo packs to two runs a row', () => {
  const [width, height] = [2000, 1000]
  const data = new Uint8Array(width * height)
  for (let y = 100; y < 400; y++) data.fill(1, y * width + 300, y * width + 900)
  expect(packMask(createMask({ width, height }, data)).runs.byteLength).toBeLessThanOrEqual(300 * 2 * 4)
})
