import * as v from 'valibot'

const count = v.pipe(v.number(), v.integer(), v.minValue(0))

/** JSON header of a framed attention map: a ScalarMap on a model grid, and where the image lies on that grid (grid units). */
export const attentionMapHeaderSchema = v.object({
  width: count,
  height: count,
  imageRect: v.object({ x: v.number(), y: v.number(), width: v.number(), height: v.number() }),
})
export type AttentionMapHeader = v.InferOutput<typeof attentionMapHeaderSchema>
