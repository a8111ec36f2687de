/** Within one surface, neighbouring depths that differ from its plane by more than this are a boundary. Metres. */
const STEP = 0.06
/** The same, as a share of the depth. */
const RELATIVE_STEP = 0.03

export interface SurfaceMaps {
  width: number
  height: number
  instances: Uint16Array
  classes: Uint8Array
  /** Metres along the camera's axis. */
  depth: Float32Array
  /** Camera-space normals as bytes, n = 2p/255-1. */
  normals: Uint8Array
}

/**
 * Boundary map, 255 on boundaries and 0 elsewhere, one pixel wide: a pixel whose right or lower neighbour belongs to
 * another instance or class, or whose neighbour on the same instance lies off the plane through the pixel (a fold or
 * an own silhouette). Walls, floor and ceiling are instances of their own, so the creases between them are boundaries.
 */
export function boundaries(maps: SurfaceMaps, fov: number): Uint8Array {
  const { width, height, instances, classes } = maps
  const out = new Uint8Array(width * height)
  const differs = (a: number, b: number): boolean =>
    instances[a] !== instances[b] || classes[a] !== classes[b] || steps(maps, fov, a, b)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * width + x
      if (x + 1 < width && differs(at, at + 1)) out[at] = 255
      else if (y + 1 < height && differs(at, at + width)) out[at] = 255
    }
  }
  return out
}

/** Whether the depth at `b` leaves both the plane through `a` and that the one through `b` predicts at `a`. */
function steps(maps: SurfaceMaps, fov: number, a: number, b: number): boolean {
  const limit = STEP + RELATIVE_STEP * Math.min(maps.depth[a]!, maps.depth[b]!)
  if (Math.abs(maps.depth[a]! - maps.depth[b]!) < limit) return false
  return offPlane(maps, fov, a, b) > limit && offPlane(maps, fov, b, a) > limit
}

/** Distance in depth between `other` and the plane through `at`. */
function offPlane(
  { width, height, depth, normals }: SurfaceMaps,
  fov: number,
  at: number,
  other: number,
): number {
  const half = Math.tan(fov / 2)
  const ray = (i: number): [number, number] => [
    (((i % width) + 0.5) / width - 0.5) * 2 * half,
    (0.5 - (Math.floor(i / width) + 0.5) / height) * 2 * half * (height / width),
  ]
  const n = [0, 1, 2].map((k) => (normals[at * 3 + k]! / 255) * 2 - 1)
  const along = (r: [number, number]): number => n[0]! * r[0] + n[1]! * r[1] - n[2]!
  const expected = (depth[at]! * along(ray(at))) / along(ray(other))
  return expected > 0 ? Math.abs(expected - depth[other]!) : Infinity
}
