import { books, ceilingLamp, clutter, hangAbove, hangOnWalls, pictures, pillows, rug } from './decor'
import { fireplace, radiator, sideboard } from './furniture'
import type { Placed, Placer } from './placer'

export function livingRoom(placer: Placer): void {
  const { random } = placer
  const sofaModel = random.chance(0.15) ? placer.model('cornerSofa') : placer.model('sofa')
  const sofa = placer.againstWall(sofaModel ?? placer.model('sofa'), {
    gap: random.range(0.03, 0.12),
    clear: 0.9,
    at: random.range(0.3, 0.7),
  })
  if (sofa) {
    seating(placer, sofa)
    if (random.chance(0.7)) hangAbove(placer, sofa, pictures(placer, 1)[0]!, random.range(0.25, 0.45))
  }
  mediaWall(placer, sofa?.wall.index)
  placer.againstWall(placer.model('bookshelf') ?? placer.shape('bookcase', 'bookshelf', [0.9, 1.9, 0.32]), {
    clear: 0.5,
  })
  if (random.chance(0.5)) {
    const size: [number, number, number] = [random.range(0.7, 1.2), random.range(1.1, 2.1), 0.3]
    placer.againstWall(placer.shape('bookcase', 'bookshelf', size))
  }
  if (random.chance(0.3)) fireplace(placer)
  if (random.chance(0.2)) placer.againstWall(placer.model('piano'), { clear: 0.5 })
  if (random.chance(0.5))
    sideboard(placer, () => (random.chance(0.5) ? books(placer, true) : undefined), {
      chance: 0.5,
      width: [0.4, 0.8],
      height: [0.5, 0.9],
    })
  if (random.chance(0.4)) placer.againstWall(placer.model('armchair'), { gap: 0.15, clear: 0.4 })
  clutter(placer, [
    placer.model('floorPlant'),
    random.chance(0.5) ? placer.model('floorPlant') : undefined,
    random.chance(0.5) ? placer.model('ottoman') : undefined,
    random.chance(0.4) ? placer.model('floorThing') : undefined,
    random.chance(0.3) ? placer.model('bag') : undefined,
    random.chance(0.2) ? placer.model('box') : undefined,
    random.chance(0.12) ? placer.model('standingPerson') : undefined,
  ])
  if (random.chance(0.4)) radiator(placer)
  hangOnWalls(placer, pictures(placer, random.int(1, 4)))
  if (random.chance(0.6)) ceilingLamp(placer)
}

/** Coffee table, rug, armchairs, lamp and cushions around a sofa. */
function seating(placer: Placer, sofa: Placed): void {
  const { random } = placer
  const front = sofa.size[2] / 2
  if (random.chance(0.75)) {
    const [x, z] = placer.local(sofa, 0, front + 0.6)
    rug(placer, x, z, sofa.yaw, [random.range(1.8, 2.8), random.range(1.4, 2)])
  }
  const coffee = placer.model('coffeeTable')
  const table =
    coffee && placer.beside(sofa, coffee, 0, front + random.range(0.35, 0.55) + coffee.size[2] / 2)
  if (table)
    placer.onTop(table, [
      random.chance(0.6) ? books(placer, false) : undefined,
      placer.model(random.chance(0.5) ? 'tablePlant' : 'vase', (s) => s[1] < 0.5),
      random.chance(0.5) ? placer.model('tableware', (s) => s[0] < 0.3) : undefined,
    ])
  for (const side of random.shuffle([-1, 1]).slice(0, random.int(0, 2))) {
    const chair = placer.model('armchair')
    if (!chair) continue
    const right = side * (sofa.size[0] / 2 + random.range(0.15, 0.4))
    placer.beside(sofa, chair, right, front + 0.55 + chair.size[0] / 2, -side * random.range(1.1, 1.5))
  }
  const lamp = placer.model('floorLamp')
  if (lamp)
    for (const side of random.shuffle([-1, 1])) {
      if (
        placer.beside(
          sofa,
          lamp,
          side * (sofa.size[0] / 2 + lamp.size[0] / 2 + 0.08),
          -front + lamp.size[2] / 2,
        )
      )
        break
    }
  const count = random.int(0, 3)
  if (count > 0)
    pillows(placer, { ...sofa, top: Math.min(sofa.top, 0.5) }, count, [0.42, 0.36, 0.16], -front + 0.33)
}

/** A television on its stand, opposite the sofa when that wall is free. */
function mediaWall(placer: Placer, sofaWall: number | undefined): void {
  const { random } = placer
  const stand = placer.model('tvStand') ?? placer.shape('wallCabinet', 'otherfurniture', [1.4, 0.45, 0.42])
  const walls = sofaWall === undefined ? [0, 1, 2, 3] : [(sofaWall + 2) % 4, (sofaWall + 1) % 4]
  const placed = placer.againstWall(stand, { walls, at: random.range(0.35, 0.65), clear: 0.4 })
  if (!placed) return
  const television = placer.model('television', (s) => s[0] < placed.size[0])
  if (television) placer.place(television, placed.position[0], placed.position[2], placed.yaw, placed.top)
  placer.onTop(placed, [
    placer.model('vase', (s) => s[1] < 0.45),
    random.chance(0.5) ? placer.model('tablePlant') : undefined,
  ])
}
