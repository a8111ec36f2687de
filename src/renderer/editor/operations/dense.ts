import { AppError } from '../../../shared/errors'
import type { DenseMap, ScalarMap, VectorMap } from '../../../shared/maps'
import type { Mask } from '../../../shared/mask'
import type { GestureContext } from '../gesture-context'
import { formatPixels } from '../amounts'

/** Throws `internal` for a map of another kind; the table's `kinds` keep it from happening. */
export function asScalar(map: DenseMap | undefined): ScalarMap {
  if (map?.kind !== 'scalar')
    throw new AppError('internal', `a depth map was needed, found ${map?.kind ?? 'none'}`)
  return map
}
/** As `asScalar`, for normals. */
export function asVector(map: DenseMap | undefined): VectorMap {
  if (map?.kind !== 'vector')
    throw new AppError('internal', `a normals map was needed, found ${map?.kind ?? 'none'}`)
  return map
}

/** Runs a depth kernel over the selection, or the whole layer. */
export function editDepth(
  context: GestureContext<unknown>,
  kernel: (map: ScalarMap, mask: Mask) => void,
): void {
  context.edit((map, mask) => kernel(asScalar(map), mask))
}
/** Runs a normals kernel over the selection, or the whole layer. */
export function editNormals(
  context: GestureContext<unknown>,
  kernel: (map: VectorMap, mask: Mask) => void,
): void {
  context.edit((map, mask) => kernel(asVector(map), mask))
}

/** Says how many pixels a kernel left alone and why; nothing when it left none. */
export function kept(count: number, why: string): string | undefined {
  return count > 0 ? `${formatPixels(count)} stayed as they were: ${why}.` : undefined
}
