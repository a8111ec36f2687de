import type { ClassMap, ProbabilityMap, ScalarMap } from '../maps'
import { maskSpans, type Mask } from '../mask'
import { jump } from '../selection/edge-costs'
import { thin } from '../thin'
import { fillMask } from '../write'
import { boundaryMask } from './curve'

export interface EdgeOptions {
  /** Whether the boundaries that are there go away. */
  readonly replace: boolean
}

/** A boundary between two pixels is drawn on the left or upper one of them, so lines are one pixel wide. */
type Differs = (at: number, other: number) => boolean

/** Boundaries where the class changes: each pixel whose right or lower neighbour has another class. Inside the mask. */
export function edgesFromClasses(
  map: ProbabilityMap,
  mask: Mask,
  classes: ClassMap,
  options: EdgeOptions,
): void {
  const { data } = classes
  drawEdges(map, mask, (at, other) => data[at] !== data[other], options)
}

/**
 * Boundaries where depth jumps: each pixel whose right or lower neighbour differs by more than `relative` times the nearer
 * of the two depths. No boundary beside an invalid pixel. Inside the mask.
 */
export function edgesFromDepth(
  map: ProbabilityMap,
  mask: Mask,
  depth: ScalarMap,
  options: EdgeOptions & { readonly relative: number },
): void {
  const { data } = depth
  drawEdges(map, mask, (at, other) => jump(data[at]!, data[other]!) > options.relative, options)
}

/** Thins the boundaries inside the mask to lines one pixel wide, as scikit-image's `thin` does; what goes becomes 0, what stays is kept as it is. */
export function thinBoundaries(map: ProbabilityMap, mask: Mask): void {
  const before = boundaryMask(map, mask)
  const box = before.bounds
  if (!box) return
  // The box alone: thinning sees nothing set outside it either way.
  const part = new Uint8Array(box.width * box.height)
  for (let y = 0; y < box.height; y++) {
    const from = (box.y + y) * map.width + box.x
    part.set(before.data.subarray(from, from + box.width), y * box.width)
  }
  const thinned = thin(part, box.width, box.height)
  maskSpans(before, (y, start, end) => {
    for (let x = start; x < end; x++)
      if (thinned[(y - box.y) * box.width + x - box.x] === 0) map.data[y * map.width + x] = 0
  })
}

function drawEdges(map: ProbabilityMap, mask: Mask, differs: Differs, { replace }: EdgeOptions): void {
  if (replace) fillMask(map, mask, [0])
  const { width, height } = map
  maskSpans(mask, (y, start, end) => {
    for (let x = start; x < end; x++) {
      const at = y * width + x
      if ((x + 1 < width && differs(at, at + 1)) || (y + 1 < height && differs(at, at + width)))
        map.data[at] = 1
    }
  })
}
