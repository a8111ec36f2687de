import * as THREE from 'three'
import { labelValue } from '../classes'
import { walls } from '../layout/geometry'
import type { RoomSpec } from '../layout/spec'
import { Random } from '../random'
import { floorTexture, hsl, wallTexture } from './textures'
import { paint, surface } from './build'

/** Thickness of the walls that windows and doors are set into. */
const REVEAL = 0.16
const BASEBOARD = { height: 0.08, depth: 0.014 }

/** Instance ids of the room itself; items count on from {@link FIRST_ITEM}. */
const SURFACE_IDS = { floor: 1, ceiling: 2, firstWall: 3 } as const
export const FIRST_ITEM = 7

function tag<T extends THREE.Object3D>(object: T, id: number, label: number): T {
  object.traverse((part) => {
    part.userData = { ...part.userData, id, label }
    part.castShadow = true
    part.receiveShadow = true
  })
  return object
}

/** Floor, ceiling and the four walls with their openings and baseboards. */
export function buildSurfaces(room: RoomSpec): THREE.Group {
  const random = new Random(room.look.seed)
  const group = new THREE.Group()
  const floorLook = floorTexture(room.look.floor, random.seed())
  floorLook.map.repeat.set(room.width * floorLook.map.repeat.x, room.depth * floorLook.map.repeat.y)
  if (random.chance(0.5)) floorLook.map.rotation = Math.PI / 2
  const floor = new THREE.Mesh(new THREE.PlaneGeometry(room.width, room.depth), surface(floorLook))
  floor.rotation.x = -Math.PI / 2
  floor.position.set(room.width / 2, 0, room.depth / 2)
  group.add(tag(floor, SURFACE_IDS.floor, labelValue('floor')))
  const ceiling = new THREE.Mesh(
    new THREE.PlaneGeometry(room.width, room.depth),
    paint(hsl(45, random.range(0, 12), random.range(86, 97)), 0.95),
  )
  ceiling.rotation.x = Math.PI / 2
  ceiling.position.set(room.width / 2, room.height, room.depth / 2)
  group.add(tag(ceiling, SURFACE_IDS.ceiling, labelValue('ceiling')))
  const common = surface({
    map: wallTexture(room.look.wall, random.seed()),
    roughness: room.look.wall === 'tiles' ? 0.3 : 0.92,
  })
  const plain = surface({ map: wallTexture('paint', random.seed()), roughness: 0.92 })
  const accent = random.chance(0.4) ? random.int(0, 3) : -1
  const trim = paint(hsl(40, random.range(0, 12), random.range(80, 95)), 0.6)
  const skirted = random.chance(0.85)
  for (const wall of walls(room.width, room.depth)) {
    const material = accent < 0 ? common : wall.index === accent ? common : plain
    const part = buildWall(room, wall.index, wall.length, material, trim, skirted)
    const [x, z] = wall.at(0, 0)
    part.position.set(x, 0, z)
    part.rotation.y = wall.yaw
    group.add(tag(part, SURFACE_IDS.firstWall + wall.index, labelValue('wall')))
  }
  return group
}

/** One wall in its own frame: x along it from its left end, y up, z into the room. */
function buildWall(
  room: RoomSpec,
  index: number,
  length: number,
  material: THREE.Material,
  trim: THREE.Material,
  skirted: boolean,
): THREE.Group {
  const group = new THREE.Group()
  const openings = room.openings.filter((o) => o.wall === index)
  const outline = new THREE.Shape()
    .moveTo(0, 0)
    .lineTo(length, 0)
    .lineTo(length, room.height)
    .lineTo(0, room.height)
  for (const o of openings) {
    const [x0, x1, y0, y1] = [o.along - o.width / 2, o.along + o.width / 2, o.bottom, o.bottom + o.height]
    outline.holes.push(
      new THREE.Path()
        .moveTo(x0, Math.max(y0, 0.0005))
        .lineTo(x0, y1)
        .lineTo(x1, y1)
        .lineTo(x1, Math.max(y0, 0.0005)),
    )
    for (const [w, h, x, y] of [
      [0.01, o.height, x0 - 0.005, (y0 + y1) / 2],
      [0.01, o.height, x1 + 0.005, (y0 + y1) / 2],
      [o.width, 0.01, o.along, y1 + 0.005],
      [o.width, 0.01, o.along, y0 - 0.005],
    ] as const) {
      const side = new THREE.Mesh(new THREE.BoxGeometry(w, h, REVEAL), trim)
      side.position.set(x, y, -REVEAL / 2 - 0.001)
      group.add(side)
    }
  }
  const face = new THREE.Mesh(new THREE.ShapeGeometry(outline), material)
  material.shadowSide = THREE.DoubleSide
  group.add(face)
  if (skirted)
    for (const [from, to] of gaps(length, openings)) {
      const board = new THREE.Mesh(new THREE.BoxGeometry(to - from, BASEBOARD.height, BASEBOARD.depth), trim)
      board.position.set((from + to) / 2, BASEBOARD.height / 2, BASEBOARD.depth / 2)
      group.add(board)
    }
  return group
}

/** Stretches of wall at floor level that no door interrupts. */
function gaps(length: number, openings: RoomSpec['openings']): [number, number][] {
  const out: [number, number][] = []
  let from = 0
  for (const o of openings.filter((o) => o.bottom < 0.1).toSorted((a, b) => a.along - b.along)) {
    if (o.along - o.width / 2 - 0.07 > from) out.push([from, o.along - o.width / 2 - 0.07])
    from = o.along + o.width / 2 + 0.07
  }
  if (from < length) out.push([from, length])
  return out
}
