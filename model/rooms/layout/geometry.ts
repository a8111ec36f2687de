/** Upright box: a rectangle on the floor, turned by yaw, between two heights. Metres. */
export interface Footprint {
  x: number
  z: number
  width: number
  depth: number
  yaw: number
  bottom: number
  top: number
}

/** Corners of the rectangle, in order. */
export function corners(f: Footprint): [number, number][] {
  const [c, s] = [Math.cos(f.yaw), Math.sin(f.yaw)]
  return (
    [
      [-1, -1],
      [1, -1],
      [1, 1],
      [-1, 1],
    ] as const
  ).map(([i, j]) => {
    const [u, v] = [(i * f.width) / 2, (j * f.depth) / 2]
    return [f.x + c * u + s * v, f.z - s * u + c * v]
  })
}

/** Whether two upright boxes overlap by more than `slack` metres (separating axes in plan, then heights). */
export function overlaps(a: Footprint, b: Footprint, slack = 0.005): boolean {
  if (Math.min(a.top, b.top) - Math.max(a.bottom, b.bottom) <= slack) return false
  const [p, q] = [corners(a), corners(b)]
  for (const yaw of [a.yaw, a.yaw + Math.PI / 2, b.yaw, b.yaw + Math.PI / 2]) {
    const [ax, az] = [Math.cos(yaw), -Math.sin(yaw)]
    const project = (points: [number, number][]): [number, number] => {
      const values = points.map(([x, z]) => x * ax + z * az)
      return [Math.min(...values), Math.max(...values)]
    }
    const [p0, p1] = project(p)
    const [q0, q1] = project(q)
    if (Math.min(p1, q1) - Math.max(p0, q0) <= slack) return false
  }
  return true
}

/** Whether the rectangle lies in the room 0..width x 0..depth, with `slack` metres of tolerance. */
export function inside(f: Footprint, width: number, depth: number, slack = 0.02): boolean {
  return corners(f).every(([x, z]) => x >= -slack && z >= -slack && x <= width + slack && z <= depth + slack)
}

/** Distance in plan from a point to the rectangle; 0 inside. */
export function distanceTo(f: Footprint, x: number, z: number): number {
  const [c, s] = [Math.cos(f.yaw), Math.sin(f.yaw)]
  const [dx, dz] = [x - f.x, z - f.z]
  const u = Math.abs(c * dx - s * dz) - f.width / 2
  const v = Math.abs(s * dx + c * dz) - f.depth / 2
  return Math.hypot(Math.max(u, 0), Math.max(v, 0))
}

/** One wall seen from inside the room. */
export interface Wall {
  index: number
  length: number
  /** Yaw of an object whose back stands at the wall. */
  yaw: number
  /** Floor position `along` metres from the wall's left end and `off` metres into the room. */
  at(along: number, off: number): [number, number]
}

export function walls(width: number, depth: number): Wall[] {
  return [
    { index: 0, length: width, yaw: 0, at: (a, o) => [a, o] },
    { index: 1, length: depth, yaw: -Math.PI / 2, at: (a, o) => [width - o, a] },
    { index: 2, length: width, yaw: Math.PI, at: (a, o) => [width - a, depth - o] },
    { index: 3, length: depth, yaw: Math.PI / 2, at: (a, o) => [o, depth - a] },
  ]
}
