/**
 * The eight neighbours of a pixel as the bits of one byte, anticlockwise from the right: x1 = E (1), x2 = NE (2),
 * x3 = N (4), x4 = NW (8), x5 = W (16), x6 = SW (32), x7 = S (64), x8 = SE (128).
 */
const bit = (neighbours: number, index: number): boolean => ((neighbours >> ((index + 7) % 8)) & 1) === 1

/** Table of the neighbourhoods in which one sub-iteration deletes a pixel; `turn` is 0 for the first, 4 for the second. */
function deletions(turn: 0 | 4): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, n) => {
    const x = (index: number): boolean => bit(n, index)
    let crossings = 0
    let [n1, n2] = [0, 0]
    for (let k = 1; k <= 4; k++) {
      if (!x(2 * k - 1) && (x(2 * k) || x(2 * k + 1))) crossings++
      if (x(2 * k - 1) || x(2 * k)) n1++
      if (x(2 * k) || x(2 * k + 1)) n2++
    }
    const count = Math.min(n1, n2)
    const side = (x(2 + turn) || x(3 + turn) || !x(8 + turn)) && x(1 + turn)
    return crossings === 1 && count >= 2 && count <= 3 && !side ? 1 : 0
  })
}
const SUB_ITERATIONS = [deletions(0), deletions(4)]

/**
 * Thins a mask to lines one pixel wide, keeping its connectivity: the two-sub-iteration algorithm A1 of Guo and Hall
 * (1989) in the form of Lam, Lee and Suen (1992), which `skimage.morphology.thin` and MATLAB's `bwmorph(..., 'thin',
 * Inf)` use. `mask` is row-major, H*W, non-zero = set; outside the image nothing is set. Returns 0 and 1, H*W.
 */
export function thin(mask: ArrayLike<number>, width: number, height: number): Uint8Array<ArrayBuffer> {
  // A border of one unset pixel, so that every pixel has eight neighbours.
  const row = width + 2
  const padded = new Uint8Array(row * (height + 2))
  let set: number[] = []
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i++)
      if (mask[i]) {
        padded[(y + 1) * row + x + 1] = 1
        set.push((y + 1) * row + x + 1)
      }
  for (let before = -1; before !== set.length;) {
    before = set.length
    for (const table of SUB_ITERATIONS) {
      const deleted = set.filter((at) => table[neighboursOf(padded, at, row)])
      for (const at of deleted) padded[at] = 0
      if (deleted.length > 0) set = set.filter((at) => padded[at])
    }
  }
  const out = new Uint8Array(width * height)
  for (const at of set) out[(Math.floor(at / row) - 1) * width + (at % row) - 1] = 1
  return out
}

function neighboursOf(padded: Uint8Array, at: number, row: number): number {
  const [up, down] = [at - row, at + row]
  return (
    padded[at + 1]! |
    (padded[up + 1]! << 1) |
    (padded[up]! << 2) |
    (padded[up - 1]! << 3) |
    (padded[at - 1]! << 4) |
    (padded[down - 1]! << 5) |
    (padded[down]! << 6) |
    (padded[down + 1]! << 7)
  )
}
