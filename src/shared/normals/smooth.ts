import { unit } from '../camera'
import { expectSigma, smoothMasked } from '../gaussian'
import type { VectorMap } from '../maps'
import type { Mask } from '../mask'
import { expectSameSize } from '../masked'
import { knownNormal, writeNormal } from './value'

/**
 * Replaces every selected, known direction by the mean direction around it: the Gaussian mean of the known unit vectors
 * (`sigma` in pixels, cut off at 3 sigma), scaled to length 1 again, which is the extrinsic mean on the sphere (Mardia and
 * Jupp 2000, section 9.2). Where opposite directions cancel the pixel stays as it was. `from` and `before` as in
 * `smoothDepth`. Throws `value_out_of_range`, `size_mismatch`.
 */
export function smoothNormals(
  map: VectorMap,
  mask: Mask,
  sigma: number,
  from: Mask | null = null,
  before: VectorMap = map,
): void {
  expectSigma(sigma)
  expectSameSize('selection', mask, map)
  expectSameSize('map before', before, map)
  if (from) expectSameSize('source', from, map)
  const counts = (at: number): boolean => knownNormal(before.data, at) && (!from || from.data[at] === 1)
  smoothMasked(map, before.data, 3, mask, sigma, counts, (at, [x = 0, y = 0, z = 0]) => {
    // Shorter than this, the mean is rounding error.
    const mean = Math.hypot(x, y, z) > 1e-6 ? unit([x, y, z]) : null
    if (mean && knownNormal(map.data, at)) writeNormal(map.data, at, mean)
  })
}
