import { ceilingLamp, clutter, hangAbove, hangOnWalls, pictures } from './decor'
import { radiator } from './furniture'
import type { Placed, Placer } from './placer'

export function bathroom(placer: Placer): void {
  const { random } = placer
  const tub = bath(placer)
  placer.againstWall(placer.model('toilet'), { gap: 0.02, clear: 0.5 })
  const basin = placer.model('washbasin')
  const low = basin !== undefined && basin.size[1] < 0.6
  const sink = placer.againstWall(basin, {
    gap: 0.005,
    clear: 0.5,
    bottom: low ? 0.85 - Math.min(basin.size[1], 0.45) : 0,
  })
  if (sink) {
    hangAbove(
      placer,
      { ...sink, top: Math.min(sink.size[1], 0.95) },
      placer.shape('mirror', 'mirror', [random.range(0.45, 0.9), random.range(0.6, 0.9), 0.03]),
      0.25,
    )
  }
  if (random.chance(0.3))
    placer.againstWall(
      placer.model('shower', (s) => s[1] < placer.height),
      { clear: 0.4 },
    )
  if (random.chance(0.3)) placer.againstWall(placer.model('bidet'), { clear: 0.4 })
  const cabinet = placer.shape('wallCabinet', 'cabinet', [
    random.range(0.4, 0.8),
    random.range(0.6, 1.6),
    0.35,
  ])
  const placed = placer.againstWall(random.chance(0.6) ? cabinet : placer.model('bathCabinet'), {
    clear: 0.3,
  })
  if (placed && placed.size[1] < 1.3)
    placer.onTop(placed, [placer.model('bathThing'), placer.model('bathThing'), placer.model('tablePlant')])
  if (random.chance(0.35)) placer.againstWall(placer.model('washer'), { clear: 0.4 })
  for (let i = random.int(1, 3); i > 0; i--) {
    const towel = placer.shape('towel', 'towel', [random.range(0.35, 0.7), random.range(0.5, 0.9), 0.06])
    hangOnWalls(placer, [towel], 1.05, 1.3)
  }
  if (random.chance(0.7)) mat(placer, tub)
  if (random.chance(0.5)) radiator(placer)
  clutter(placer, [
    random.chance(0.6) ? placer.model('floorThing', (s) => s[0] < 0.6) : undefined,
    random.chance(0.3) ? placer.model('floorPlant') : undefined,
    random.chance(0.3) ? placer.model('stool') : undefined,
    random.chance(0.3) ? placer.model('clothes') : undefined,
  ])
  if (random.chance(0.4)) hangOnWalls(placer, pictures(placer, 1))
  if (random.chance(0.7)) ceilingLamp(placer)
}

/** A tub along a wall, sometimes with a shower curtain on its open side. */
function bath(placer: Placer): Placed | undefined {
  const { random } = placer
  const model = random.chance(0.6) ? placer.model('bathtub', (s) => s[0] < placer.width - 0.4) : undefined
  const piece =
    model ??
    placer.shape('bathtub', 'bathtub', [
      random.range(1.5, 1.75),
      random.range(0.52, 0.6),
      random.range(0.7, 0.8),
    ])
  const tub = placer.againstWall(piece, { gap: 0.01, clear: 0.5, at: random.pick([0, 1]) })
  if (!tub || !random.chance(0.45)) return tub
  const width = tub.size[0] * random.range(0.3, 0.7)
  const right = ((random.chance(0.5) ? -1 : 1) * (tub.size[0] - width)) / 2
  const [x, z] = placer.local(tub, right, tub.size[2] / 2 + 0.06)
  placer.place(placer.shape('showerCurtain', 'shower curtain', [width, 1.75, 0.1]), x, z, tub.yaw, 0.25)
  return tub
}

function mat(placer: Placer, tub: Placed | undefined): void {
  const { random } = placer
  const piece = placer.shape('rug', 'floor mat', [random.range(0.6, 0.9), 0.015, random.range(0.4, 0.6)])
  if (!tub) {
    placer.add(piece, [placer.width / 2, 0, placer.depth / 2], 0)
    return
  }
  const [x, z] = placer.local(tub, random.range(-0.3, 0.3), tub.size[2] / 2 + 0.45)
  placer.add(piece, [x, 0, z], tub.yaw + random.range(-0.1, 0.1))
}
