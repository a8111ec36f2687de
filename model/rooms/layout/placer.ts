import type { NyudClass } from '../classes'
import { ROLES, type Role } from '../models'
import type { Random } from '../random'
import { modelsFor, type Split } from '../split'
import { inside, overlaps, walls, type Footprint, type Wall } from './geometry'
import type { Item, Shape, ShapeKind, Vec3 } from './spec'

/** What the layout needs to know about a model. Metres. */
export interface ModelSize {
  size: Vec3
  top: number | undefined
}

export type SizeOf = (key: string) => ModelSize

/** Something to be placed. */
export interface Piece {
  shape: Shape
  label: NyudClass
  size: Vec3
  /** Height of its upper surface above its base. */
  top: number
}

export interface Placed extends Item {
  top: number
}

/** Something that stands or hangs at a wall, and where along it. */
export interface AtWall extends Placed {
  wall: Wall
  along: number
}

export interface WallOptions {
  /** Gap between the back and the wall. */
  gap?: number
  /** Height of the base. */
  bottom?: number
  /** Wanted place along the wall, 0..1; random when absent. */
  at?: number
  walls?: number[]
  /** Free floor kept in front. */
  clear?: number
}

/** Furnishes one empty room without any two objects overlapping. */
export class Placer {
  readonly items: Placed[] = []
  readonly taken: Footprint[] = []
  readonly walls: Wall[]

  constructor(
    readonly width: number,
    readonly depth: number,
    readonly height: number,
    readonly random: Random,
    readonly split: Split,
    readonly sizeOf: SizeOf,
  ) {
    this.walls = walls(width, depth)
  }

  /** A random model of a role, or undefined when the split has none that fits. */
  model(role: Role, fits: (size: Vec3) => boolean = () => true): Piece | undefined {
    const keys = modelsFor(role, this.split).filter((key) => fits(this.sizeOf(key).size))
    if (keys.length === 0) return undefined
    const key = this.random.pick(keys)
    const { size, top } = this.sizeOf(key)
    return { shape: { kind: 'mesh', key }, label: ROLES[role].label, size, top: top ?? size[1] }
  }

  shape(kind: ShapeKind, label: NyudClass, size: Vec3): Piece {
    return { shape: { kind }, label, size, top: size[1] }
  }

  /** Whether the box is inside the room and free. */
  free(f: Footprint, ignore: readonly Footprint[] = []): boolean {
    return (
      inside(f, this.width, this.depth) &&
      f.top <= this.height + 0.01 &&
      !this.taken.some((other) => !ignore.includes(other) && overlaps(f, other))
    )
  }

  /** Puts a piece at a place if it is free there. */
  place(
    piece: Piece,
    x: number,
    z: number,
    yaw: number,
    bottom = 0,
    ignore: readonly Footprint[] = [],
  ): Placed | undefined {
    const f = this.footprint(piece, x, z, yaw, bottom)
    if (!this.free(f, ignore)) return undefined
    this.taken.push(f)
    return this.add(piece, [x, bottom, z], yaw)
  }

  /** Puts a piece without looking whether it is free: flat things, and things that lie on others. */
  add(piece: Piece, position: Vec3, yaw: number): Placed {
    const item = { ...piece, position, yaw, seed: this.random.seed() }
    this.items.push(item)
    return item
  }

  /** Keeps a part of the floor free. */
  reserve(f: Footprint): void {
    this.taken.push(f)
  }

  footprint(piece: Piece, x: number, z: number, yaw: number, bottom = 0): Footprint {
    return { x, z, width: piece.size[0], depth: piece.size[2], yaw, bottom, top: bottom + piece.size[1] }
  }

  /** Tries to put a piece with its back to a wall. */
  againstWall(piece: Piece | undefined, options: WallOptions = {}): AtWall | undefined {
    if (!piece) return undefined
    const { gap = 0.02, bottom = 0, clear = 0 } = options
    const order = options.walls ?? this.random.shuffle([0, 1, 2, 3])
    for (const index of order) {
      const wall = this.walls[index]!
      const room = wall.length - piece.size[0]
      if (room < 0) continue
      for (let attempt = 0; attempt < 8; attempt++) {
        const share = attempt === 0 && options.at !== undefined ? options.at : this.random.next()
        const along = piece.size[0] / 2 + share * room
        const [x, z] = wall.at(along, gap + piece.size[2] / 2)
        if (clear > 0) {
          const [cx, cz] = wall.at(along, gap + piece.size[2] + clear / 2)
          const front = {
            x: cx,
            z: cz,
            width: piece.size[0],
            depth: clear,
            yaw: wall.yaw,
            bottom: 0.05,
            top: 1.5,
          }
          if (!this.free(front)) continue
        }
        const item = this.place(piece, x, z, wall.yaw, bottom)
        if (item) return { ...item, wall, along }
      }
    }
    return undefined
  }

  /** Puts a piece beside, before or behind another; `right` and `front` in the other's own frame, metres between centres. */
  beside(
    other: Placed,
    piece: Piece | undefined,
    right: number,
    front: number,
    turn = 0,
    ignore: readonly Footprint[] = [],
  ): Placed | undefined {
    if (!piece) return undefined
    const [x, z] = this.local(other, right, front)
    return this.place(piece, x, z, other.yaw + turn, 0, ignore)
  }

  /** Floor position in another object's frame. */
  local(other: Item, right: number, front: number): [number, number] {
    const [c, s] = [Math.cos(other.yaw), Math.sin(other.yaw)]
    return [other.position[0] + c * right + s * front, other.position[2] - s * right + c * front]
  }

  footprintOf(item: Placed): Footprint | undefined {
    return this.taken.find(
      (f) => f.x === item.position[0] && f.z === item.position[2] && f.bottom === item.position[1],
    )
  }

  /**
   * Scatters pieces on a surface without overlap between them: the upper side of `other`, shrunk by `margin`.
   * `back` prefers the rear part. Returns what found a place.
   */
  onTop(other: Placed, pieces: (Piece | undefined)[], margin = 0.04, turn = 0.4): Placed[] {
    const done: Placed[] = []
    const boxes: Footprint[] = []
    const base = other.position[1] + other.top
    for (const piece of pieces) {
      if (!piece) continue
      const w = other.size[0] / 2 - margin - piece.size[0] / 2
      const d = other.size[2] / 2 - margin - piece.size[2] / 2
      if (w < 0 || d < 0) continue
      for (let attempt = 0; attempt < 6; attempt++) {
        const [x, z] = this.local(other, this.random.range(-w, w), this.random.range(-d, d))
        const f = this.footprint(piece, x, z, other.yaw, base)
        if (boxes.some((b) => overlaps(f, b)) || !this.free({ ...f, bottom: base + 0.02 })) continue
        boxes.push(f)
        this.taken.push(f)
        done.push(this.add(piece, [x, base, z], other.yaw + this.random.range(-turn, turn)))
        break
      }
    }
    return done
  }
}
