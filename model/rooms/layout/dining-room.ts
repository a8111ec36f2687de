import { books, ceilingLamp, clutter, hangOnWalls, pictures, rug } from './decor'
import { fireplace, radiator, sideboard } from './furniture'
import type { Placer } from './placer'

export function diningRoom(placer: Placer): void {
  const { random } = placer
  dinnerTable(placer, random.chance(0.5))
  sideboard(placer, () => placer.model('tableware', (s) => s[2] < 0.35), {
    chance: 0.6,
    width: [0.5, 1],
    height: [0.5, 0.8],
  })
  if (random.chance(0.6))
    placer.againstWall(
      placer.model('wardrobe', (s) => s[1] < placer.height),
      { clear: 0.5 },
    )
  if (random.chance(0.5))
    placer.againstWall(placer.model('bookshelf') ?? placer.shape('bookcase', 'bookshelf', [1, 1.8, 0.3]), {
      clear: 0.4,
    })
  if (random.chance(0.35)) fireplace(placer)
  if (random.chance(0.3)) placer.againstWall(placer.model('piano'), { clear: 0.5 })
  if (random.chance(0.4)) placer.againstWall(placer.model('shelves'), { clear: 0.3 })
  if (random.chance(0.4)) radiator(placer)
  clutter(placer, [
    placer.model('floorPlant'),
    random.chance(0.4) ? placer.model('floorLamp') : undefined,
    random.chance(0.4) ? placer.model('floorThing') : undefined,
    random.chance(0.3) ? placer.model('bag') : undefined,
    random.chance(0.15) ? placer.model('standingPerson') : undefined,
  ])
  hangOnWalls(placer, pictures(placer, random.int(1, 4)))
}

/** A table in the middle with chairs on its sides, things on it and a lamp above. */
export function dinnerTable(placer: Placer, carpet: boolean): void {
  const { random } = placer
  const model = placer.model('diningTable', (s) => s[0] < placer.width - 1.2)
  if (!model) return
  const yaw = random.pick([0, Math.PI / 2]) + (random.chance(0.2) ? random.range(-0.3, 0.3) : 0)
  const x = placer.width / 2 + random.range(-0.12, 0.12) * placer.width
  const z = placer.depth / 2 + random.range(-0.12, 0.12) * placer.depth
  if (carpet) rug(placer, x, z, yaw, [model.size[0] + 1.2, model.size[2] + 1.2])
  const table = placer.place(model, x, z, yaw)
  if (!table) return
  const chair = placer.model(random.chance(0.85) ? 'chair' : 'stool')
  if (chair) {
    const perSide = Math.max(1, Math.min(3, Math.floor(model.size[0] / (chair.size[0] + 0.15))))
    for (const side of [-1, 1])
      for (let i = 0; i < perSide; i++) {
        if (random.chance(0.1)) continue
        const right = ((i + 0.5) / perSide - 0.5) * model.size[0] + random.range(-0.05, 0.05)
        const front = side * (model.size[2] / 2 + chair.size[2] / 2 + random.range(0.01, 0.18))
        placer.beside(table, chair, right, front, (side > 0 ? Math.PI : 0) + random.range(-0.2, 0.2))
      }
    for (const side of [-1, 1]) {
      if (random.chance(0.5)) continue
      const right = side * (model.size[0] / 2 + chair.size[2] / 2 + random.range(0.02, 0.2))
      placer.beside(table, chair, right, 0, -side * (Math.PI / 2) + random.range(-0.15, 0.15))
    }
  }
  placer.onTop(
    table,
    [
      placer.model(random.chance(0.5) ? 'vase' : 'tablePlant', (s) => s[1] < 0.5),
      ...Array.from({ length: random.int(0, 4) }, () => placer.model('tableware')),
      random.chance(0.2) ? books(placer, false) : undefined,
    ],
    0.06,
  )
  if (random.chance(0.75)) ceilingLamp(placer, x, z)
}
