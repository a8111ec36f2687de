import type { Placement } from './resample'
import type { Size } from './space'

/**
 * Mean cross attention between the blocks of tokens that belong to one task (or scale).
 *
 * `weights` is (outer, head, out, in) with out = in = blocks * queries, softmaxed over `in`; token = block * queries + query.
 * Result [outer][target block][source block] = sum over the source block's queries, mean over heads and the target
 * block's queries, so every row sums to one. `cross_task_attention` gives [scale][target task][source task],
 * `cross_scale_attention` gives [task][target scale][source scale].
 */
export function blockAttention(
  weights: Float32Array,
  shape: { outer: number; heads: number; blocks: number; queries: number },
): number[][][] {
  const { outer, heads, blocks, queries } = shape
  const tokens = blocks * queries
  const result = Array.from({ length: outer }, () =>
    Array.from({ length: blocks }, () => new Array<number>(blocks).fill(0)),
  )
  let read = 0
  for (let at = 0; at < outer; at++)
    for (let head = 0; head < heads; head++)
      for (let target = 0; target < tokens; target++) {
        const row = result[at]![Math.floor(target / queries)]!
        for (let source = 0; source < tokens; source++)
          row[Math.floor(source / queries)]! += weights[read++]! / (heads * queries)
      }
  return result
}

/** The cell (row-major) of a model grid that the centre of a pixel lies in. `imageRect` says where on the grid the image of `size` lies. */
export function cellOnGrid(
  grid: Size & { readonly imageRect: { x: number; y: number; width: number; height: number } },
  size: Size,
  pixel: { readonly x: number; readonly y: number },
): number {
  const { imageRect } = grid
  const column = Math.floor(imageRect.x + ((pixel.x + 0.5) * imageRect.width) / size.width)
  const row = Math.floor(imageRect.y + ((pixel.y + 0.5) * imageRect.height) / size.height)
  const inside = (at: number, length: number): number => Math.min(length - 1, Math.max(0, at))
  return inside(row, grid.height) * grid.width + inside(column, grid.width)
}

/** Where the image without its padding lies on a model grid, in that grid's units (cell = 1, origin at the corner). */
export function imageRectOnGrid(
  placed: Placement,
  input: { width: number; height: number },
  grid: { width: number; height: number },
): { x: number; y: number; width: number; height: number } {
  const across = grid.width / input.width
  const down = grid.height / input.height
  return {
    x: placed.left * across,
    y: placed.top * down,
    width: placed.width * across,
    height: placed.height * down,
  }
}
