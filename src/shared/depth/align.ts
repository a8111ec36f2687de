import { AppError } from '../errors'
import type { ScalarMap } from '../maps'
import type { Mask } from '../mask'
import { expectSameSize, maskedIndices } from '../masked'
import { fitLinear } from '../robust-fit'
import { knownDepth } from './value'

/** What may change: both, the scale alone (shift 0) or the shift alone (scale 1). */
export type AlignModel = 'scale and shift' | 'scale' | 'shift'

export interface Alignment {
  readonly scale: number
  /** Metres. */
  readonly shift: number
  /** Root mean square difference left over the pixels used, in metres. */
  readonly rms: number
  /** Selected pixels whose depth is known in both maps, and the share of them (0..1) that the fit used. */
  readonly pixels: number
  readonly used: number
}

/**
 * The scale and shift that bring the selected depths of `map` nearest to those of `reference`: least squares of
 * scale * Z + shift - Z_reference in metres, closed form (as Ranftl et al. 2020, section 5, do in disparity); `robust`
 * ignores what does not follow the rest, see `fitLinear`. Apply it with `rescaleDepth`. Throws `value_out_of_range` when
 * the pixels do not determine it or the scale is not positive, and `size_mismatch`.
 */
export function alignDepth(
  map: ScalarMap,
  reference: ScalarMap,
  mask: Mask,
  model: AlignModel,
  robust: boolean,
): Alignment {
  expectSameSize('reference', reference, map)
  const own = map.data
  const wanted = reference.data
  const indices = maskedIndices(map, mask, (at) => knownDepth(own[at]!) && knownDepth(wanted[at]!))
  const row = (i: number, out: Float64Array): number => {
    const at = indices[i]!
    if (model === 'shift') {
      out[0] = 1
      return wanted[at]! - own[at]!
    }
    out[0] = own[at]!
    if (model === 'scale and shift') out[1] = 1
    return wanted[at]!
  }
  const fit = fitLinear(indices.length, model === 'scale and shift' ? 2 : 1, row, robust)
  if (!fit)
    throw new AppError(
      'value_out_of_range',
      `Aligning by ${model} needs different depths known in both maps, found ${indices.length} pixels in both. ` +
        'Select a larger region, or align by shift alone.',
    )
  const [first = 1, second = 0] = fit.coefficients
  const [scale, shift] = model === 'shift' ? [1, first] : [first, second]
  if (!(scale > 0))
    throw new AppError(
      'value_out_of_range',
      `The two maps run against each other here (scale ${scale.toFixed(3)}); align by shift alone.`,
    )
  return { scale, shift, rms: fit.rms, pixels: indices.length, used: fit.used }
}
