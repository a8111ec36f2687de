import type { Placer } from './placer'
import type { Opening } from './spec'

const DOOR = { width: 0.86, height: 2.06 }

/** Cuts one door and up to three windows, hangs curtains or blinds, and keeps the floor before them free. */
export function cutOpenings(placer: Placer, windows: number, dressing: number): Opening[] {
  const { random } = placer
  const openings: Opening[] = []
  const order = random.shuffle([0, 1, 2, 3])
  const doorWall = order[3]!
  const wall = placer.walls[doorWall]!
  const along = (random.chance(0.5) ? 0.75 : wall.length - 0.75) + random.range(-0.1, 0.1)
  openings.push({ wall: doorWall, along, bottom: 0, ...DOOR, kind: 'door' })
  const [dx, dz] = wall.at(along, 0.45)
  placer.reserve({ x: dx, z: dz, width: 1, depth: 0.9, yaw: wall.yaw, bottom: 0, top: 2.1 })
  for (let i = 0; i < windows; i++) addWindow(placer, openings, order[i % 2]!, dressing)
  for (const opening of openings) addFrame(placer, opening)
  return openings
}

function addWindow(placer: Placer, openings: Opening[], index: number, dressing: number): void {
  const { random } = placer
  const wall = placer.walls[index]!
  const tall = random.chance(0.25)
  const width = Math.min(random.range(0.9, 2), wall.length - 1.2)
  const bottom = tall ? 0.12 : random.range(0.8, 1)
  const height = Math.min(tall ? 2.1 : random.range(1.1, 1.4), placer.height - bottom - 0.2)
  const along = random.range(width / 2 + 0.5, wall.length - width / 2 - 0.5)
  const near = openings.some(
    (o) => o.wall === index && Math.abs(o.along - along) < (o.width + width) / 2 + 0.5,
  )
  if (near) return
  openings.push({ wall: index, along, bottom, width, height, kind: 'window' })
  const [x, z] = wall.at(along, 0.15)
  placer.reserve({ x, z, width, depth: 0.3, yaw: wall.yaw, bottom, top: bottom + height })
  if (!random.chance(dressing)) return
  if (random.chance(0.3)) {
    const drop = height * random.range(0.35, 0.95)
    const blinds = placer.shape('blinds', 'blinds', [width + 0.04, drop, 0.05])
    const [bx, bz] = wall.at(along, 0.04)
    placer.add(blinds, [bx, bottom + height + 0.05 - drop, bz], wall.yaw)
    return
  }
  const toFloor = tall || random.chance(0.7)
  const base = toFloor ? 0.03 : bottom - 0.12
  const top = Math.min(bottom + height + 0.15, placer.height - 0.05)
  const sheet = random.range(0.28, 0.5)
  const seed = random.seed()
  for (const side of [-1, 1]) {
    const curtain = placer.shape('curtain', 'curtain', [sheet, top - base, 0.12])
    const at = along + side * (width / 2 + sheet * 0.15)
    const [cx, cz] = wall.at(Math.min(Math.max(at, sheet / 2 + 0.01), wall.length - sheet / 2 - 0.01), 0.08)
    placer.reserve(placer.footprint(curtain, cx, cz, wall.yaw, base))
    placer.add(curtain, [cx, base, cz], wall.yaw).seed = seed
  }
}

function addFrame(placer: Placer, opening: Opening): void {
  const wall = placer.walls[opening.wall]!
  const piece = placer.shape(opening.kind, opening.kind, [opening.width, opening.height, 0.12])
  const [x, z] = wall.at(opening.along, -0.04)
  placer.add(piece, [x, opening.bottom, z], wall.yaw)
}
