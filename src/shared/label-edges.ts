import { thin } from './thin'

/**
 * Boundaries of a map of labels (row-major, H*W) as PASCALContext's loaders derive them: where the Laplacian is not 0,
 * thinned. The Laplacian is OpenCV's default, the kernel [[0,1,0],[1,-4,1],[0,1,0]] with mirrored borders that do not
 * repeat the last pixel (BORDER_REFLECT_101). Returns 0 and 1, H*W.
 */
export function labelEdges(
  labels: ArrayLike<number>,
  width: number,
  height: number,
): Uint8Array<ArrayBuffer> {
  const edges = new Uint8Array(width * height)
  for (let y = 0; y < height; y++) {
    const up = mirrored(y - 1, height) * width
    const here = y * width
    const down = mirrored(y + 1, height) * width
    for (let x = 0; x < width; x++) {
      const sum =
        labels[up + x]! +
        labels[down + x]! +
        labels[here + mirrored(x - 1, width)]! +
        labels[here + mirrored(x + 1, width)]!
      if (sum !== 4 * labels[here + x]!) edges[here + x] = 1
    }
  }
  return thin(edges, width, height)
}

function mirrored(at: number, size: number): number {
  if (size === 1) return 0
  return at < 0 ? -at : at >= size ? 2 * size - 2 - at : at
}
