import { overlaps } from './geometry'
import type { AtWall, Piece, Placed, Placer } from './placer'
import type { Vec3 } from './spec'

/** Hangs pictures, mirrors, clocks or shelves on free wall. */
export function hangOnWalls(placer: Placer, pieces: Piece[], low = 1.15, high = 1.6): void {
  const { random } = placer
  for (const piece of pieces) {
    const wanted = random.range(low, high)
    const bottom = Math.min(Math.max(wanted - piece.size[1] / 2, 0.3), placer.height - piece.size[1] - 0.2)
    placer.againstWall(piece, { bottom, gap: 0.005 })
  }
}

/** Hangs a piece on the wall above an object that stands at it, where the wall is free. */
export function hangAbove(placer: Placer, other: AtWall, piece: Piece, gap: number): Placed | undefined {
  const bottom = other.position[1] + Math.max(other.size[1], other.top) + gap
  const [x, z] = other.wall.at(other.along, 0.005 + piece.size[2] / 2)
  return bottom + piece.size[1] > placer.height - 0.08
    ? undefined
    : placer.place(piece, x, z, other.yaw, bottom)
}

export function pictures(placer: Placer, count: number): Piece[] {
  const { random } = placer
  return Array.from({ length: count }, () => {
    const width = random.range(0.3, 1)
    return placer.shape('picture', 'picture', [width, width * random.range(0.65, 1.4), 0.035])
  })
}

/** A rug under what stands in the middle: flat, so it is never in the way. */
export function rug(placer: Placer, x: number, z: number, yaw: number, size: [number, number]): void {
  const width = Math.min(size[0], placer.width - 0.5)
  const depth = Math.min(size[1], placer.depth - 0.5)
  const turned = Math.abs(Math.sin(yaw)) > 0.5
  const [w, d] = turned ? [depth, width] : [width, depth]
  const cx = Math.min(Math.max(x, w / 2 + 0.15), placer.width - w / 2 - 0.15)
  const cz = Math.min(Math.max(z, d / 2 + 0.15), placer.depth - d / 2 - 0.15)
  if (w > placer.width - 0.3 || d > placer.depth - 0.3) return
  placer.add(placer.shape('rug', 'floor mat', [width, 0.012, depth]), [cx, 0, cz], yaw)
}

export function books(placer: Placer, upright: boolean): Piece {
  const { random } = placer
  return upright
    ? placer.shape('bookRow', 'books', [
        random.range(0.2, 0.5),
        random.range(0.2, 0.28),
        random.range(0.15, 0.2),
      ])
    : placer.shape('bookStack', 'books', [
        random.range(0.2, 0.28),
        random.range(0.04, 0.16),
        random.range(0.16, 0.22),
      ])
}

export function paper(placer: Placer): Piece {
  return placer.shape('paper', 'paper', [0.21, 0.006, 0.297])
}

/** Pillows that lean on the back of a sofa or lie at the head of a bed. */
export function pillows(placer: Placer, on: Placed, count: number, size: Vec3, front: number): void {
  const { random } = placer
  const seed = random.seed()
  const room = on.size[0] - size[0] - 0.3
  for (let i = 0; i < count; i++) {
    const share = count === 1 ? random.range(-0.5, 0.5) : i / (count - 1) - 0.5
    const [x, z] = placer.local(on, share * room, front)
    const pillow = placer.shape('pillow', 'pillow', size)
    const item = placer.add(
      pillow,
      [x, on.position[1] + on.top - 0.02, z],
      on.yaw + random.range(-0.15, 0.15),
    )
    if (random.chance(0.6)) item.seed = seed
  }
}

/** Small things on the floor: boxes, bags, bins, toys, plants in corners. */
export function clutter(placer: Placer, pieces: (Piece | undefined)[]): void {
  const { random } = placer
  for (const piece of pieces) {
    if (!piece) continue
    if (random.chance(0.75)) {
      if (placer.againstWall(piece, { gap: 0.05 })) continue
    }
    const x = random.range(0.5, placer.width - 0.5)
    const z = random.range(0.5, placer.depth - 0.5)
    placer.place(piece, x, z, random.range(-Math.PI, Math.PI))
  }
}

/** A lamp on the ceiling above a point (the middle of the room by default). */
export function ceilingLamp(placer: Placer, x = placer.width / 2, z = placer.depth / 2): void {
  const { random } = placer
  const model = random.chance(0.5) ? placer.model('hangingLamp', (s) => s[1] < 0.9) : undefined
  const piece =
    model ??
    (random.chance(0.5)
      ? placer.shape('pendant', 'lamp', [random.range(0.25, 0.5), random.range(0.5, 0.8), 0.4])
      : placer.shape('dome', 'lamp', [random.range(0.3, 0.5), 0.1, 0.4]))
  piece.size = piece.shape.kind === 'mesh' ? piece.size : [piece.size[0], piece.size[1], piece.size[0]]
  const bottom = placer.height - piece.size[1]
  const f = placer.footprint(piece, x, z, 0, bottom)
  if (placer.taken.some((other) => overlaps(f, other))) return
  placer.place(piece, x, z, 0, bottom)
}
