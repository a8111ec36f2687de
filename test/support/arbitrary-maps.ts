import fc from 'fast-check'
import { createMap, type ScalarMap, type VectorMap } from '../../src/shared/maps'
import { createMask, type Mask } from '../../src/shared/mask'
import { unit, type Vec3 } from '../../src/shared/camera'

export interface MaskedMap<M> {
  readonly map: M
  readonly mask: Mask
}

const sizes = fc.record({ width: fc.integer({ min: 1, max: 12 }), height: fc.integer({ min: 1, max: 12 }) })
const bits = (length: number): fc.Arbitrary<Uint8Array<ArrayBuffer>> =>
  fc
    .array(fc.constantFrom(0, 1), { minLength: length, maxLength: length })
    .map((ones) => Uint8Array.from(ones))
/** A selection in a photo of its size. */
export const masks: fc.Arbitrary<Mask> = sizes.chain((size) =>
  bits(size.width * size.height).map((ones) => createMask(size, ones)),
)
const metres = fc.oneof(
  { weight: 1, arbitrary: fc.constant(0) },
  { weight: 4, arbitrary: fc.double({ min: 0.25, max: 10, noNaN: true }) },
)
/** A unit vector. */
export const directions: fc.Arbitrary<Vec3> = fc
  .tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 }))
  .map((v) => unit(v) ?? [0, 0, 1])
const vectors: fc.Arbitrary<Vec3> = fc.oneof(
  { weight: 1, arbitrary: fc.constant<Vec3>([0, 0, 0]) },
  { weight: 4, arbitrary: directions },
)

/** A depth map with holes, and a selection. */
export const maskedDepths: fc.Arbitrary<MaskedMap<ScalarMap>> = sizes.chain(({ width, height }) =>
  fc
    .tuple(fc.array(metres, { minLength: width * height, maxLength: width * height }), bits(width * height))
    .map(([values, ones]) => {
      const map = createMap('scalar', width, height)
      map.data.set(values)
      return { map, mask: createMask({ width, height }, ones) }
    }),
)

/** A normals map with holes, and a selection. */
export const maskedNormals: fc.Arbitrary<MaskedMap<VectorMap>> = sizes.chain(({ width, height }) =>
  fc
    .tuple(fc.array(vectors, { minLength: width * height, maxLength: width * height }), bits(width * height))
    .map(([values, ones]) => {
      const map = createMap('vector', width, height)
      map.data.set(values.flat())
      return { map, mask: createMask({ width, height }, ones) }
    }),
)
