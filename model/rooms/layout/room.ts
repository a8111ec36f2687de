import { Random } from '../random'
import type { Split } from '../split'
import { bathroom } from './bathroom'
import { bedroom } from './bedroom'
import { cameras } from './camera'
import { diningRoom } from './dining-room'
import { kitchen } from './kitchen'
import { livingRoom } from './living-room'
import { office } from './office'
import { cutOpenings } from './openings'
import { Placer, type SizeOf } from './placer'
import type { FloorStyle, Look, Opening, RoomSpec, RoomType, WallStyle } from './spec'

interface RoomKind {
  furnish: (placer: Placer) => void
  /** Share of rooms of this type. */
  weight: number
  /** Least and largest side in metres. */
  side: [number, number]
  windows: [number, number]
  /** Chance that a window has curtains or blinds. */
  dressing: number
  walls: WallStyle[]
  floors: FloorStyle[]
}

export const ROOM_KINDS: Record<RoomType, RoomKind> = {
  living: {
    furnish: livingRoom,
    weight: 0.24,
    side: [3.8, 6.2],
    windows: [1, 3],
    dressing: 0.75,
    walls: ['paint', 'paint', 'stripes', 'brick', 'wallpaper', 'panels'],
    floors: ['planks', 'planks', 'parquet', 'carpet'],
  },
  bedroom: {
    furnish: bedroom,
    weight: 0.24,
    side: [3.4, 5],
    windows: [1, 2],
    dressing: 0.85,
    walls: ['paint', 'paint', 'stripes', 'wallpaper', 'panels'],
    floors: ['planks', 'carpet', 'carpet', 'parquet'],
  },
  office: {
    furnish: office,
    weight: 0.17,
    side: [3, 5],
    windows: [1, 2],
    dressing: 0.6,
    walls: ['paint', 'paint', 'brick', 'stripes'],
    floors: ['planks', 'carpet', 'carpet', 'concrete', 'parquet'],
  },
  kitchen: {
    furnish: kitchen,
    weight: 0.13,
    side: [2.9, 4.8],
    windows: [1, 2],
    dressing: 0.35,
    walls: ['paint', 'paint', 'tiles', 'brick'],
    floors: ['tiles', 'tiles', 'planks', 'concrete'],
  },
  bathroom: {
    furnish: bathroom,
    weight: 0.11,
    side: [2.4, 3.6],
    windows: [0, 1],
    dressing: 0.4,
    walls: ['tiles', 'tiles', 'paint'],
    floors: ['tiles', 'tiles', 'planks'],
  },
  dining: {
    furnish: diningRoom,
    weight: 0.11,
    side: [3.4, 5.2],
    windows: [1, 2],
    dressing: 0.7,
    walls: ['paint', 'paint', 'stripes', 'wallpaper', 'panels'],
    floors: ['planks', 'parquet', 'tiles', 'carpet'],
  },
}

/** Room type with the table's shares. */
function pickType(random: Random): RoomType {
  let left = random.next()
  for (const type of Object.keys(ROOM_KINDS) as RoomType[]) {
    left -= ROOM_KINDS[type].weight
    if (left < 0) return type
  }
  return 'living'
}

/** Furnishes one room. The same seed, split and sizes give the same room. */
export function planRoom(seed: number, split: Split, sizeOf: SizeOf, wanted?: RoomType): RoomSpec {
  const random = new Random(seed)
  const picked = pickType(random)
  const type = wanted ?? picked
  const kind = ROOM_KINDS[type]
  const side = (): number => random.range(kind.side[0], kind.side[1])
  const [width, depth, height] = [side(), side(), random.range(2.4, 2.9)]
  const placer = new Placer(width, depth, height, random, split, sizeOf)
  const openings = cutOpenings(placer, random.int(...kind.windows), kind.dressing)
  if (random.chance(0.06)) column(placer)
  kind.furnish(placer)
  return {
    type,
    width,
    depth,
    height,
    openings,
    items: placer.items,
    cameras: cameras(placer, 6),
    look: pickLook(kind, random, sunHeading(placer, openings)),
  }
}

/** A boxed pipe or chimney breast in a corner. */
function column(placer: Placer): void {
  const side = placer.random.range(0.25, 0.5)
  const piece = placer.shape('column', 'otherstructure', [side, placer.height - 0.001, side * 0.8])
  placer.againstWall(piece, { gap: 0, at: placer.random.pick([0, 1]) })
}

/** Direction in plan (atan2(z, x)) of sunlight that comes in through one of the windows. */
function sunHeading(placer: Placer, openings: Opening[]): number {
  const windows = openings.filter((o) => o.kind === 'window')
  const { random } = placer
  if (windows.length === 0) return random.range(-Math.PI, Math.PI)
  const { yaw } = placer.walls[random.pick(windows).wall]!
  return Math.atan2(Math.cos(yaw), Math.sin(yaw)) + random.range(-0.8, 0.8)
}

function pickLook(kind: RoomKind, random: Random, heading: number): Look {
  const daylight = random.chance(0.72)
  const slope = random.range(0.45, 1.1)
  return {
    wall: random.pick(kind.walls),
    floor: random.pick(kind.floors),
    seed: random.seed(),
    daylight,
    exposure: random.range(0.8, 1.3),
    warmth: random.range(0.93, 1.1),
    sun: [Math.cos(heading) * Math.cos(slope), -Math.sin(slope), Math.sin(heading) * Math.cos(slope)],
    sunStrength: random.chance(0.65) ? random.range(2, 6) : 0.2,
    lampStrength: daylight ? random.range(0, 0.7) : random.range(0.9, 1.6),
    ambient: daylight ? random.range(0.7, 1.2) : random.range(0.3, 0.6),
  }
}
