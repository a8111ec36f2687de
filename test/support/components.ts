/** Pixels by index, and their box. */
export interface Pixels {
  readonly at: readonly number[]
  readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
}

/** What is connected to `start` sideways or up and down, pixel by pixel. */
export function componentAt(
  { width, height }: { width: number; height: number },
  start: number,
  inside: (at: number) => boolean,
): Pixels {
  const seen = new Set([start])
  const queue = [start]
  let [left, right, top, bottom] = [width, 0, height, 0]
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    const x = at % width
    const y = Math.floor(at / width)
    left = Math.min(left, x)
    right = Math.max(right, x)
    top = Math.min(top, y)
    bottom = Math.max(bottom, y)
    const sides = [x > 0 ? at - 1 : -1, x < width - 1 ? at + 1 : -1, at - width, at + width]
    for (const next of sides)
      if (next >= 0 && next < width * height && !seen.has(next) && inside(next)) {
        seen.add(next)
        queue.push(next)
      }
  }
  return { at: [...seen], box: { x: left, y: top, width: right - left + 1, height: bottom - top + 1 } }
}
