import { createMap, type DenseMap } from '../../../shared/maps'
import { createMask, maskFromSpans, type Mask } from '../../../shared/mask'
import { intersectRect, type PixelRect, type Size } from '../../../shared/space'
import type { GestureContext } from '../gesture-context'
import type { Ink } from './stroke'

/**
 * An ink that runs a kernel on what the stroke covers. The kernel gets a copy of the map as it was when the gesture began,
 * cut out with `reach` pixels around, and the covered pixels as a mask of that size; so the result does not depend on how the
 * pointer came by, and costs what the piece of stroke costs.
 */
export function patchInk(
  context: GestureContext<unknown>,
  reach: number,
  kernel: (patch: DenseMap, mask: Mask, box: PixelRect) => void,
): Ink {
  const task = context.task.id
  return {
    task,
    paint(map, rect, each) {
      const box = intersectRect(
        {
          x: rect.x - reach,
          y: rect.y - reach,
          width: rect.width + 2 * reach,
          height: rect.height + 2 * reach,
        },
        { x: 0, y: 0, width: map.width, height: map.height },
      )
      if (!box) return
      const patch = context.transaction.before(task, box)
      const mask = maskFromSpans(box, (visit) =>
        each((y, start, end) => visit(y - box.y, start - box.x, end - box.x)),
      )
      kernel(patch, mask, box)
      const channels = map.data.length / (map.width * map.height)
      each((y, start, end) => {
        const from = (y - box.y) * box.width + start - box.x
        const part = patch.data.subarray(from * channels, (from + end - start) * channels)
        map.data.set(part, (y * map.width + start) * channels)
      })
    },
  }
}

/** The part of a selection inside a box, as a mask of the box's size; null for no selection. */
export function cropMask(mask: Mask | null, box: PixelRect): Mask | null {
  if (!mask) return null
  const data = new Uint8Array(box.width * box.height)
  for (let y = 0; y < box.height; y++) {
    const from = (box.y + y) * mask.width + box.x
    data.set(mask.data.subarray(from, from + box.width), y * box.width)
  }
  return createMask(box, data)
}

/** The task's map as it was when the gesture began, inside a box that may reach outside the photo: zero there. */
export function patchAt(context: GestureContext<unknown>, box: PixelRect, size: Size): DenseMap {
  const task = context.task.id
  const out = createMap(context.task.kind, box.width, box.height)
  const part = intersectRect(box, { x: 0, y: 0, ...size })
  if (!part) return out
  const known = context.transaction.before(task, part)
  const channels = out.data.length / (out.width * out.height)
  const row = part.width * channels
  for (let y = 0; y < part.height; y++)
    out.data.set(
      known.data.subarray(y * row, (y + 1) * row),
      ((part.y - box.y + y) * box.width + part.x - box.x) * channels,
    )
  return out
}
