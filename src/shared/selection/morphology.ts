import { findComponents } from '../components'
import { createMask, growMask, maskFromSpans, maskSpans, shrinkMask, type Mask } from '../mask'

/**
 * Morphological closing by a disc: selects also every pixel that no disc of this radius (pixels, around a pixel's centre,
 * anywhere in the plane) can cover without covering a selected one. Exact; never removes, and never reaches beyond the
 * mask's box.
 */
export function closeMask(mask: Mask, radius: number): Mask {
  const { bounds } = mask
  if (!bounds || radius <= 0) return mask
  // Room for the discs around the box, so that the rim of the photo is nothing special.
  const pad = 2 * Math.ceil(radius) + 1
  const [dx, dy] = [pad - bounds.x, pad - bounds.y]
  const room = { width: bounds.width + 2 * pad, height: bounds.height + 2 * pad }
  const moved = maskFromSpans(room, (visit) =>
    maskSpans(mask, (y, start, end) => visit(y + dy, start + dx, end + dx)),
  )
  const closed = shrinkMask(growMask(moved, radius), radius)
  return maskFromSpans(mask, (visit) =>
    maskSpans(closed, (y, start, end) => visit(y - dy, start - dx, end - dx)),
  )
}

/** The regions of unselected pixels, joined by their sides, that do not touch the rim of the photo and have at most `largest` pixels. */
export function holesOf(mask: Mask, largest = Infinity): Mask {
  const { width, height } = mask
  const { rows, starts, ends, ids, areas, count } = findComponents(mask.data, mask)
  const open = new Uint8Array(count)
  const eachRun = (visit: (run: number, y: number) => void): void => {
    for (let y = 0; y < height; y++) for (let run = rows[y]!; run < rows[y + 1]!; run++) visit(run, y)
  }
  eachRun((run, y) => {
    const atRim = y === 0 || y === height - 1 || starts[run] === 0 || ends[run] === width
    const selected = mask.data[y * width + starts[run]!] === 1
    if (atRim || selected || areas[ids[run]!]! > largest) open[ids[run]!] = 1
  })
  const data = new Uint8Array(mask.data.length)
  eachRun((run, y) => {
    if (open[ids[run]!] === 0) data.fill(1, y * width + starts[run]!, y * width + ends[run]!)
  })
  return createMask(mask, data, mask.bounds)
}

/** The largest region of selected pixels joined by their sides; the first in reading order among equals. */
export function largestPart(mask: Mask): Mask {
  const { width, height } = mask
  const { rows, starts, ends, ids, areas } = findComponents(mask.data, mask)
  let largest = -1
  const eachSelected = (visit: (run: number, y: number) => void): void => {
    for (let y = 0; y < height; y++)
      for (let run = rows[y]!; run < rows[y + 1]!; run++)
        if (mask.data[y * width + starts[run]!] === 1) visit(run, y)
  }
  eachSelected((run) => {
    const id = ids[run]!
    if (largest === -1 || areas[id]! > areas[largest]! || (areas[id] === areas[largest] && id < largest))
      largest = id
  })
  return maskFromSpans(mask, (visit) =>
    eachSelected((run, y) => {
      if (ids[run] === largest) visit(y, starts[run]!, ends[run]!)
    }),
  )
}
