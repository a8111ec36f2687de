import { books, ceilingLamp, clutter, hangAbove, hangOnWalls, paper, pictures, rug } from './decor'
import { radiator } from './furniture'
import type { Placed, Placer } from './placer'

export function office(placer: Placer): void {
  const { random } = placer
  for (let i = random.int(1, 2); i > 0; i--) workplace(placer)
  for (let i = random.int(1, 3); i > 0; i--) {
    const own = random.chance(0.5)
    const size: [number, number, number] = [random.range(0.7, 1.2), random.range(1.2, 2.2), 0.32]
    const model = own ? placer.shape('bookcase', 'bookshelf', size) : placer.model('bookshelf')
    placer.againstWall(model ?? placer.shape('bookcase', 'bookshelf', size), { clear: 0.5 })
  }
  if (random.chance(0.5))
    placer.againstWall(
      placer.model('wardrobe', (s) => s[1] < placer.height),
      { clear: 0.5 },
    )
  if (random.chance(0.5)) placer.againstWall(placer.model('shelves'), { clear: 0.3 })
  if (random.chance(0.45))
    hangOnWalls(
      placer,
      [placer.shape('whiteboard', 'whiteboard', [random.range(1.1, 1.9), random.range(0.8, 1.1), 0.03])],
      1.4,
      1.5,
    )
  if (random.chance(0.4)) {
    const sofa = placer.againstWall(
      placer.model('sofa', (s) => s[0] < 2),
      { clear: 0.5 },
    )
    if (sofa && random.chance(0.6)) hangAbove(placer, sofa, pictures(placer, 1)[0]!, 0.35)
  } else if (random.chance(0.5)) placer.againstWall(placer.model('armchair'), { gap: 0.2, clear: 0.4 })
  if (random.chance(0.4))
    rug(placer, placer.width / 2, placer.depth / 2, 0, [random.range(1.4, 2.6), random.range(1.2, 2)])
  if (random.chance(0.4)) radiator(placer)
  clutter(placer, [
    placer.model('floorThing', (s) => s[0] < 0.5),
    random.chance(0.6) ? placer.model('floorPlant') : undefined,
    random.chance(0.6) ? placer.model('box') : undefined,
    random.chance(0.5) ? placer.model('bag') : undefined,
    random.chance(0.2) ? placer.model('standingPerson') : undefined,
  ])
  wallShelves(placer)
  hangOnWalls(placer, pictures(placer, random.int(0, 3)))
  if (random.chance(0.6)) ceilingLamp(placer)
}

function workplace(placer: Placer): void {
  const { random } = placer
  const model = placer.model('desk', (s) => s[0] < placer.width - 1)
  let desk: Placed | undefined
  if (random.chance(0.75)) desk = placer.againstWall(model, { clear: 0.8 })
  else if (model)
    desk = placer.place(model, placer.width / 2, placer.depth / 2, random.pick([0, 1, 2, 3]) * (Math.PI / 2))
  if (!desk) return
  const chair = placer.model('officeChair')
  placer.beside(
    desk,
    chair,
    random.range(-0.2, 0.2),
    desk.size[2] / 2 + random.range(0.35, 0.5),
    Math.PI + random.range(-0.5, 0.5),
  )
  placer.onTop(desk, [
    placer.model('deskThing', (s) => s[1] > 0.2) ?? placer.model('deskThing'),
    random.chance(0.7) ? placer.model('tableLamp') : undefined,
    books(placer, true),
    random.chance(0.6) ? books(placer, false) : undefined,
    paper(placer),
    random.chance(0.5) ? paper(placer) : undefined,
    placer.model('deskThing'),
    random.chance(0.3) ? placer.model('tablePlant') : undefined,
  ])
}

/** Boards on the wall with books and small things. */
function wallShelves(placer: Placer): void {
  const { random } = placer
  for (let i = random.int(0, 2); i > 0; i--) {
    const board = placer.shape('wallShelf', 'shelves', [random.range(0.6, 1.2), 0.03, 0.22])
    const shelf = placer.againstWall(board, { bottom: random.range(1.3, 1.65), gap: 0.005 })
    if (!shelf) continue
    placer.onTop(
      shelf,
      [
        books(placer, true),
        random.chance(0.6) ? placer.model('tablePlant', (s) => s[2] < 0.2 && s[1] < 0.4) : undefined,
        random.chance(0.5) ? placer.model('vase', (s) => s[2] < 0.2 && s[1] < 0.4) : undefined,
      ],
      0.005,
      0,
    )
  }
}
