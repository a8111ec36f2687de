import { expectSigma, smoothMasked } from '../gaussian'
import type { ScalarMap } from '../maps'
import type { Mask } from '../mask'
import { expectSameSize } from '../masked'
import { knownDepth } from './value'

/**
 * Replaces every selected, known depth by the Gaussian mean (`sigma` in pixels, cut off at 3 sigma) of the known depths
 * around it; a pixel without a depth is neither blended in nor filled. `from` limits what is blended: give the selection
 * itself and nothing bleeds in across its rim. `before` is the map to read, `map` itself unless a gesture keeps the map as
 * it was when it began. Throws `value_out_of_range`, `size_mismatch`.
 */
export function smoothDepth(
  map: ScalarMap,
  mask: Mask,
  sigma: number,
  from: Mask | null = null,
  before: ScalarMap = map,
): void {
  expectSigma(sigma)
  expectSameSize('selection', mask, map)
  expectSameSize('map before', before, map)
  if (from) expectSameSize('source', from, map)
  const { data } = before
  const counts = (at: number): boolean => knownDepth(data[at]!) && (!from || from.data[at] === 1)
  smoothMasked(map, data, 1, mask, sigma, counts, (at, means) => {
    if (knownDepth(map.data[at]!)) map.data[at] = means[0]!
  })
}
