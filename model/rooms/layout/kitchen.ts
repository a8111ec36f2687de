import { ceilingLamp, clutter, hangOnWalls, pictures } from './decor'
import { dinnerTable } from './dining-room'
import type { Piece, Placer } from './placer'
import type { Wall } from './geometry'

const UNIT_HEIGHT = 0.86
const UNIT_DEPTH = 0.6

export function kitchen(placer: Placer): void {
  const { random } = placer
  const order = random.shuffle(placer.walls)
  const seed = random.seed()
  for (const wall of order.slice(0, random.int(1, 2))) run(placer, wall, seed)
  placer.againstWall(placer.model('refrigerator'), { clear: 0.7 })
  if (random.chance(0.4)) placer.againstWall(placer.model('washer'), { clear: 0.5 })
  if (random.chance(0.3))
    placer.againstWall(
      placer.model('stove', (s) => s[1] < 1.2),
      { clear: 0.5 },
    )
  if (placer.width > 3.2 && placer.depth > 3.2) dinnerTable(placer, random.chance(0.4))
  clutter(placer, [
    random.chance(0.6) ? placer.model('floorThing', (s) => s[0] < 0.45) : undefined,
    random.chance(0.3) ? placer.model('floorPlant') : undefined,
    random.chance(0.3) ? placer.model('box') : undefined,
    random.chance(0.3) ? placer.model('bag') : undefined,
    random.chance(0.4) ? placer.model('stool') : undefined,
    random.chance(0.15) ? placer.model('standingPerson') : undefined,
  ])
  if (random.chance(0.4)) hangOnWalls(placer, [placer.shape('towel', 'towel', [0.35, 0.6, 0.05])], 1, 1.2)
  hangOnWalls(placer, pictures(placer, random.int(0, 2)))
  if (random.chance(0.7)) ceilingLamp(placer)
}

/** One run of lower cabinets under a worktop, with sink, cooker, hood, wall cabinets and things on it. */
function run(placer: Placer, wall: Wall, seed: number): void {
  const { random } = placer
  const wanted = Math.min(random.range(1.8, 3.2), wall.length - 0.3)
  const base = placer.shape('cabinetRow', 'cabinet', [wanted, UNIT_HEIGHT, UNIT_DEPTH])
  const cabinets = placer.againstWall(base, { walls: [wall.index], gap: 0.005, clear: 0.8 })
  if (!cabinets) return
  cabinets.seed = seed
  const item = placer.items.at(-1)
  if (item) item.seed = seed
  const top = placer.shape('counter', 'counter', [wanted + 0.02, 0.04, UNIT_DEPTH + 0.03])
  const [tx, tz] = placer.local(cabinets, 0, 0.015)
  const counter = placer.place(top, tx, tz, cabinets.yaw, UNIT_HEIGHT)
  if (!counter) return
  counter.seed = seed
  const sinkAt = random.range(-0.35, 0.35) * (wanted - 0.8)
  const sink = placer.shape('kitchenSink', 'sink', [0.6, 0.25, 0.46])
  const [sx, sz] = placer.local(cabinets, sinkAt, 0.02)
  placer.place(sink, sx, sz, cabinets.yaw, UNIT_HEIGHT + 0.04)
  const tiles = placer.shape('splashback', 'wall', [wanted, 0.5, 0.01])
  const [px, pz] = placer.local(cabinets, 0, -UNIT_DEPTH / 2)
  if (random.chance(0.7)) placer.place(tiles, px, pz, cabinets.yaw, UNIT_HEIGHT + 0.045)
  const things = Array.from({ length: random.int(2, 6) }, () =>
    placer.model('kitchenThing', (s) => s[2] < 0.45),
  )
  placer.onTop(counter, things, 0.06)
  wallUnits(placer, cabinets, wanted, seed)
}

function wallUnits(
  placer: Placer,
  cabinets: { position: [number, number, number]; yaw: number; size: [number, number, number] },
  length: number,
  seed: number,
): void {
  const { random } = placer
  const bottom = random.range(1.4, 1.5)
  const model = random.chance(0.4) ? placer.model('upperCabinet') : undefined
  const width = model ? model.size[0] : random.range(0.5, 1)
  let at = -length / 2 + width / 2
  while (at + width / 2 <= length / 2 + 0.01) {
    const piece: Piece =
      model ?? placer.shape('wallCabinet', 'cabinet', [width, random.range(0.68, 0.7), 0.34])
    const back = -cabinets.size[2] / 2 + piece.size[2] / 2
    const [c, s] = [Math.cos(cabinets.yaw), Math.sin(cabinets.yaw)]
    const x = cabinets.position[0] + c * at + s * back
    const z = cabinets.position[2] - s * at + c * back
    if (random.chance(0.8)) {
      const placed = placer.place(piece, x, z, cabinets.yaw, bottom)
      if (placed) placed.seed = seed
    }
    at += width + 0.005
  }
}
