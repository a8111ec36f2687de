import type { Mask } from './mask'
import type { PixelRect } from './space'

/** A selection as run lengths: row by row within its box, zeros and ones in turn, zeros first. */
export interface PackedMask {
  readonly width: number
  readonly height: number
  readonly bounds: PixelRect | null
  readonly runs: Uint32Array<ArrayBuffer>
}

/** Exact, and small for selections people draw: four bytes for each change along a row. */
export function packMask({ width, height, data, bounds }: Mask): PackedMask {
  const runs: number[] = []
  if (bounds) {
    let value = 0
    let length = 0
    for (let y = bounds.y; y < bounds.y + bounds.height; y++)
      for (let at = y * width + bounds.x, end = at + bounds.width; at < end; at++) {
        if (data[at] === value) length++
        else {
          runs.push(length)
          value ^= 1
          length = 1
        }
      }
    runs.push(length)
  }
  return { width, height, bounds, runs: Uint32Array.from(runs) }
}

export function unpackMask({ width, height, bounds, runs }: PackedMask): Mask {
  const data = new Uint8Array(width * height)
  if (bounds) {
    let place = 0
    runs.forEach((length, index) => {
      for (let left = index % 2 === 1 ? length : 0; left > 0;) {
        const column = place % bounds.width
        const part = Math.min(left, bounds.width - column)
        const at = (bounds.y + Math.floor(place / bounds.width)) * width + bounds.x + column
        data.fill(1, at, at + part)
        place += part
        left -= part
      }
      if (index % 2 === 0) place += length
    })
  }
  return { width, height, data, bounds }
}
