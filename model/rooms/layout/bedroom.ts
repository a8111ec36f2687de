import { books, ceilingLamp, clutter, hangAbove, hangOnWalls, paper, pictures, pillows, rug } from './decor'
import { radiator } from './furniture'
import type { Placed, Placer } from './placer'

export function bedroom(placer: Placer): void {
  const { random } = placer
  const double = random.chance(0.7)
  const bed = placer.againstWall(placer.model(double ? 'doubleBed' : 'singleBed'), {
    gap: 0.04,
    clear: 0.6,
    at: double ? random.range(0.35, 0.65) : random.next(),
  })
  if (bed) {
    if (random.chance(0.6)) {
      const [x, z] = placer.local(bed, 0, bed.size[2] / 2 - 0.2)
      rug(placer, x, z, bed.yaw, [bed.size[0] + random.range(0.6, 1.4), random.range(1.2, 2)])
    }
    nightStands(placer, bed)
    dressBed(placer, bed)
    if (random.chance(0.7)) hangAbove(placer, bed, pictures(placer, 1)[0]!, random.range(0.2, 0.4))
  }
  placer.againstWall(
    placer.model('wardrobe', (s) => s[1] < placer.height - 0.05),
    { clear: 0.6 },
  )
  chestOfDrawers(placer)
  if (random.chance(0.4)) writingDesk(placer)
  if (random.chance(0.4))
    placer.againstWall(placer.model('bookshelf') ?? placer.shape('bookcase', 'bookshelf', [0.8, 1.8, 0.3]), {
      clear: 0.4,
    })
  if (random.chance(0.35)) placer.againstWall(placer.model('armchair'), { gap: 0.15, clear: 0.3 })
  if (random.chance(0.3)) placer.againstWall(placer.model('shelves'), {})
  if (random.chance(0.4)) radiator(placer)
  clutter(placer, [
    random.chance(0.4) ? placer.model('floorPlant') : undefined,
    random.chance(0.5) ? placer.model('bag') : undefined,
    random.chance(0.4) ? placer.model('box') : undefined,
    random.chance(0.5) ? placer.model('floorThing') : undefined,
    random.chance(0.4) ? placer.model('clothes') : undefined,
    random.chance(0.1) ? placer.model('standingPerson') : undefined,
  ])
  hangOnWalls(placer, pictures(placer, random.int(1, 3)))
  if (random.chance(0.3))
    hangOnWalls(
      placer,
      [placer.shape('mirror', 'mirror', [random.range(0.4, 0.7), random.range(0.9, 1.5), 0.04])],
      1,
      1.2,
    )
  if (random.chance(0.6)) ceilingLamp(placer)
}

function nightStands(placer: Placer, bed: Placed): void {
  const { random } = placer
  const stand = placer.model('nightStand')
  if (!stand) return
  for (const side of [-1, 1]) {
    const right = side * (bed.size[0] / 2 + stand.size[0] / 2 + random.range(0.04, 0.12))
    const placed = placer.beside(bed, stand, right, -bed.size[2] / 2 + stand.size[2] / 2)
    if (!placed) continue
    placer.onTop(
      placed,
      [
        random.chance(0.8) ? placer.model('tableLamp', (s) => s[0] < 0.36) : undefined,
        random.chance(0.5) ? books(placer, false) : undefined,
        random.chance(0.3) ? placer.model('tablePlant', (s) => s[0] < 0.25) : undefined,
      ],
      0.01,
    )
  }
}

/** Pillows at the head, sometimes a folded blanket or clothes at the foot. */
function dressBed(placer: Placer, bed: Placed): void {
  const { random } = placer
  if (bed.shape.kind === 'mesh' && bed.shape.key === 'by/bunkBed') return
  const lying: Placed = { ...bed, top: Math.min(bed.top, 0.62) }
  const wide = bed.size[0] > 1.25
  if (random.chance(0.7))
    pillows(placer, lying, wide ? 2 : 1, [wide ? 0.6 : 0.5, 0.15, 0.4], -bed.size[2] / 2 + 0.42)
  if (random.chance(0.25)) {
    const clothes = placer.model('clothes', (s) => s[1] < 0.2 && s[0] < 0.6)
    const [x, z] = placer.local(bed, random.range(-0.2, 0.2), bed.size[2] * 0.2)
    if (clothes) placer.add(clothes, [x, bed.position[1] + lying.top, z], random.range(-3, 3))
  }
}

function chestOfDrawers(placer: Placer): void {
  const { random } = placer
  const chest = placer.againstWall(placer.model('dresser'), { clear: 0.5 })
  if (!chest) return
  placer.onTop(chest, [
    random.chance(0.5) ? placer.model('tableLamp') : undefined,
    random.chance(0.6) ? placer.model('vase', (s) => s[1] < 0.5) : undefined,
    random.chance(0.5) ? books(placer, random.chance(0.5)) : undefined,
    random.chance(0.4) ? placer.model('bathThing') : undefined,
    random.chance(0.2) ? placer.model('television') : undefined,
  ])
  if (random.chance(0.6))
    hangAbove(
      placer,
      chest,
      placer.shape('mirror', 'mirror', [random.range(0.5, 0.9), random.range(0.5, 0.8), 0.04]),
      0.3,
    )
}

function writingDesk(placer: Placer): void {
  const { random } = placer
  const desk = placer.againstWall(
    placer.model('desk', (s) => s[0] < 1.7),
    { clear: 0.7 },
  )
  if (!desk) return
  placer.beside(
    desk,
    placer.model('officeChair'),
    random.range(-0.2, 0.2),
    desk.size[2] / 2 + 0.4,
    Math.PI + random.range(-0.4, 0.4),
  )
  placer.onTop(desk, [
    placer.model('deskThing'),
    placer.model('tableLamp'),
    books(placer, true),
    paper(placer),
  ])
}
