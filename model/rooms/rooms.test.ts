import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { boundaries } from './boundaries'
import { Catalogue, CATALOGUE_FOLDER, parseProperties } from './catalogue'
import { NYUD40_CLASSES } from '../../src/shared/nyud40'
import { labelValue, partClass } from './classes'
import { distanceTo, inside, overlaps, type Footprint } from './layout/geometry'
import { planRoom, ROOM_KINDS } from './layout/room'
import type { RoomType } from './layout/spec'
import { ROLES, roleModels, type Role } from './models'
import { parseMtl, parseObj } from './obj'
import { Random } from './random'
import { modelsFor, splitModels } from './split'
import { judgeView, scoreView, type View } from './view'
import { npy, readBody } from './write-room'

const roles = Object.keys(ROLES) as Role[]
/** Every model half a metre wide, tall and deep: enough to test the planning without the catalogues. */
const cube = (): { size: [number, number, number]; top: undefined } => ({
  size: [0.5, 0.5, 0.5],
  top: undefined,
})

describe('classes', () => {
  it('puts the 40 NYUD classes on disk as index + 1', () => {
    expect(NYUD40_CLASSES).toHaveLength(40)
    expect([labelValue('wall'), labelValue('refridgerator'), labelValue('otherprop')]).toEqual([1, 24, 40])
  })

  it('labels the pillows of a bed by their material, and nothing else', () => {
    expect(partClass('bed', 'Pillow.001')).toBe('pillow')
    expect(partClass('bed', 'sheet')).toBe('bed')
    expect(partClass('sofa', 'SofaCushions')).toBe('sofa')
    expect(partClass('chair', 'pillow')).toBe('chair')
  })
})

describe('split', () => {
  it('shares no model between the seen and the held-out side', () => {
    const held = splitModels('test')
    expect([...splitModels('train')].filter((key) => held.has(key))).toEqual([])
    expect(splitModels('val')).toEqual(splitModels('train'))
    expect(held.size).toBeGreaterThan(30)
  })

  it('keeps models of every role on both sides when it has two or more', () => {
    for (const role of roles) {
      const [seen, held] = [modelsFor(role, 'train'), modelsFor(role, 'test')]
      expect([...seen, ...held].toSorted()).toEqual(roleModels(role).toSorted())
      expect(seen.length, role).toBeGreaterThan(0)
      if (roleModels(role).length > 1) expect(held.length, role).toBeGreaterThan(0)
    }
  })

  it('lists no model under two roles', () => {
    const all = roles.flatMap(roleModels)
    expect(all.filter((key, i) => all.indexOf(key) !== i)).toEqual([])
  })
})

describe('plan geometry', () => {
  const base: Footprint = { x: 0, z: 0, width: 2, depth: 1, yaw: 0, bottom: 0, top: 1 }

  it('finds overlaps of turned rectangles in plan and height', () => {
    expect(overlaps(base, { ...base, x: 1.9 })).toBe(true)
    expect(overlaps(base, { ...base, x: 2.01 })).toBe(false)
    expect(overlaps(base, { ...base, x: 1.6, yaw: Math.PI / 2 })).toBe(false)
    expect(overlaps(base, { ...base, x: 1.6, z: 1, yaw: Math.PI / 4 })).toBe(false)
    expect(overlaps(base, { ...base, bottom: 1, top: 2 })).toBe(false)
  })

  it('measures distances to, and containment of, turned rectangles', () => {
    expect(distanceTo({ ...base, yaw: Math.PI / 2 }, 1.5, 0)).toBeCloseTo(1)
    expect(distanceTo(base, 0.3, 0.2)).toBe(0)
    expect(inside({ ...base, x: 1, z: 0.5 }, 2, 1)).toBe(true)
    expect(inside({ ...base, x: 1, z: 0.5, yaw: 0.5 }, 2, 1)).toBe(false)
  })
})

describe('planned rooms', () => {
  const types = Object.keys(ROOM_KINDS) as RoomType[]
  const flat = new Set([
    'floor mat',
    'clothes',
    'pillow',
    'paper',
    'curtain',
    'blinds',
    'window',
    'door',
    'otherprop',
    'books',
    'wall',
  ])

  it('are the same for the same seed and differ for another', () => {
    expect(planRoom(7, 'train', cube)).toEqual(planRoom(7, 'train', cube))
    expect(planRoom(7, 'train', cube)).not.toEqual(planRoom(8, 'train', cube))
  })

  it.each(types)('%s: no two solid objects overlap, all stand in the room', (type) => {
    for (let seed = 0; seed < 40; seed++) {
      const room = planRoom(seed, 'train', cube, type)
      const solid = room.items
        .filter((item) => !flat.has(item.label))
        .map((item): Footprint => {
          const [width, height, depth] = item.size
          const [x, y, z] = item.position
          return { x, z, width, depth, yaw: item.yaw, bottom: y, top: y + height }
        })
      for (const [i, a] of solid.entries()) {
        expect(inside(a, room.width, room.depth, 0.03)).toBe(true)
        for (const b of solid.slice(i + 1)) expect(overlaps(a, b, 0.02)).toBe(false)
      }
    }
  })

  it('look from eye height, inside the room, away from what is as tall as the eye', () => {
    for (let seed = 0; seed < 60; seed++) {
      const room = planRoom(seed, 'test', cube)
      for (const { eye, fov } of room.cameras) {
        expect(eye[1]).toBeGreaterThanOrEqual(1)
        expect(eye[1]).toBeLessThanOrEqual(1.9)
        expect(Math.min(eye[0], eye[2], room.width - eye[0], room.depth - eye[2])).toBeGreaterThan(0.15)
        expect((fov * 180) / Math.PI).toBeGreaterThanOrEqual(50)
        expect((fov * 180) / Math.PI).toBeLessThanOrEqual(75)
      }
    }
  })

  it("use the split's own models only", () => {
    const seen = splitModels('train')
    for (let seed = 0; seed < 30; seed++) {
      for (const { shape } of planRoom(seed, 'test', cube).items) {
        if (shape.kind === 'mesh') expect(seen.has(shape.key)).toBe(false)
      }
    }
  })
})

describe('boundaries', () => {
  const fov = Math.PI / 3
  const maps = (width: number, height: number): Parameters<typeof boundaries>[0] => ({
    width,
    height,
    instances: new Uint16Array(width * height).fill(1),
    classes: new Uint8Array(width * height).fill(1),
    depth: new Float32Array(width * height).fill(2),
    normals: new Uint8Array(width * height * 3).map((_, i) => (i % 3 === 2 ? 255 : 128)),
  })

  it('marks one pixel where the instance changes', () => {
    const m = maps(4, 2)
    for (const at of [2, 3, 6, 7]) m.instances[at] = 2
    expect([...boundaries(m, fov)]).toEqual([0, 255, 0, 0, 0, 255, 0, 0])
  })

  it('marks a depth step on one instance', () => {
    const m = maps(4, 1)
    m.depth.set([2, 2, 3, 3])
    expect([...boundaries(m, fov)]).toEqual([0, 255, 0, 0])
  })

  it('leaves a steeply seen plane unmarked', () => {
    // A floor 1.5 m under the eye: depth changes fast from row to row but stays on one plane.
    const [width, height] = [2, 24]
    const m = maps(width, height)
    for (let y = 0; y < height; y++) {
      const slope = (0.5 - (y + 0.5) / height) * 2 * Math.tan(fov / 2) * (height / width)
      for (let x = 0; x < width; x++) {
        m.depth[y * width + x] = slope < -0.3 ? -1.5 / slope : 0
        m.instances[y * width + x] = slope < -0.3 ? 1 : 2
        m.normals.set([128, 255, 128], (y * width + x) * 3)
      }
    }
    const marked = [...boundaries(m, fov)].filter((v) => v === 255)
    expect(marked).toHaveLength(width)
  })
})

describe('views', () => {
  const labels = ['wall', 'floor', 'bed', 'lamp', 'picture', 'table'] as const
  const view = (shares: number[]): View => {
    const classes = Uint8Array.from(shares.flatMap((n, i) => Array<number>(n).fill(labelValue(labels[i]!))))
    return { classes, depth: new Float32Array(classes.length).fill(2) }
  }

  it('refuses empty and one-sided views', () => {
    expect(judgeView(view([40, 20, 20, 5, 5, 10]))).toBeUndefined()
    expect(judgeView(view([80, 5, 5, 4, 3, 3]))).toBe('one class fills the view')
    expect(judgeView(view([60, 30, 4, 2, 2, 2]))).toBe('too little furniture')
    expect(judgeView(view([40, 20, 40]))).toBe('too few classes')
  })

  it('prefers several pieces of furniture to one that fills the view', () => {
    expect(scoreView(view([40, 20, 20, 5, 5, 10]))).toBeGreaterThan(scoreView(view([40, 18, 39, 1, 1, 1])))
    expect(scoreView(view([40, 20, 20, 5, 5, 10]))).toBeGreaterThan(scoreView(view([50, 25, 15, 4, 3, 3])))
  })
})

describe('files', () => {
  it('reads an OBJ with quads, negative indices and materials', () => {
    const text = 'v 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0\nusemtl a\nf 1 2 3 4\nusemtl b\nf -4 -3 -2\n'
    const mesh = parseObj(text)
    expect(mesh.groups).toEqual([
      { material: 'a', start: 0, count: 6 },
      { material: 'b', start: 6, count: 3 },
    ])
    expect([...mesh.normals.slice(0, 3)]).toEqual([0, 0, 1])
    const turned = parseObj('v 1 2 3\nv 1 0 0\nv 0 1 0\nf 1 2 3\n', [0, 0, 1, 0, 1, 0, -1, 0, 0])
    expect([...turned.positions.slice(0, 3)]).toEqual([3, 2, -1])
  })

  it('reads materials and Java properties', () => {
    const red = parseMtl('newmtl red\nKd 1 0.5 0\nd 0.4\nmap_Kd wood.jpg\n').get('red')
    expect(red).toMatchObject({ color: [1, 0.5, 0], opacity: 0.4, map: 'wood.jpg' })
    expect(parseProperties('# no\nname#1=10\\u20ac\n').get('name#1')).toBe('10€')
  })

  it('writes NumPy 1.0 headers whose data start on 64 bytes', () => {
    const file = npy(Float32Array.from([1.5, -2]), [1, 2])
    const length = file.readUInt16LE(8)
    expect((10 + length) % 64).toBe(0)
    expect(file.toString('latin1', 10, 10 + length)).toContain(
      "'descr': '<f4', 'fortran_order': False, 'shape': (1, 2)",
    )
    expect([file.readFloatLE(10 + length), file.readFloatLE(14 + length)]).toEqual([1.5, -2])
  })

  it('refuses a body of the wrong length', () => {
    expect(() => readBody(Buffer.alloc(12), 1, 1)).toThrow('expected 13')
    expect(readBody(Buffer.from([1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 128, 63]), 1, 1).depth[0]).toBe(1)
  })

  it('draws the same numbers from the same seed', () => {
    const draw = (seed: number): number[] => {
      const random = new Random(seed)
      return [random.next(), random.next(), random.next()]
    }
    expect(draw(5)).toEqual(draw(5))
    expect(draw(5)).not.toEqual(draw(6))
  })
})

describe.skipIf(!existsSync(CATALOGUE_FOLDER))('catalogues', () => {
  it('have every model of the table, at a believable size', () => {
    const catalogue = new Catalogue()
    for (const key of roles.flatMap(roleModels)) {
      const { size } = catalogue.model(key)
      expect(Math.min(...size), key).toBeGreaterThan(0)
      expect(Math.max(...size), key).toBeLessThan(4)
    }
  })
})
