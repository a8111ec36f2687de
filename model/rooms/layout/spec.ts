import type { NyudClass } from '../classes'

/**
 * World: metres, y up, floor at y = 0, the room spans x 0..width and z 0..depth.
 * Yaw turns about +y; at yaw 0 the front of an object faces +z.
 */
export type Vec3 = [number, number, number]

/** What the page builds itself, without a mesh. Sizes are those of the item. */
export type ShapeKind =
  | 'window'
  | 'door'
  | 'curtain'
  | 'blinds'
  | 'picture'
  | 'mirror'
  | 'whiteboard'
  | 'rug'
  | 'pillow'
  | 'bookRow'
  | 'bookStack'
  | 'towel'
  | 'showerCurtain'
  | 'counter'
  | 'kitchenSink'
  | 'wallShelf'
  | 'bookcase'
  | 'pendant'
  | 'dome'
  | 'paper'
  | 'column'
  | 'cabinetRow'
  | 'splashback'
  | 'bathtub'
  | 'wallCabinet'

export type Shape = { kind: 'mesh'; key: string } | { kind: ShapeKind }

export interface Item {
  shape: Shape
  label: NyudClass
  /** Centre of the base. */
  position: Vec3
  yaw: number
  /** Width (x), height (y), depth (z) before the turn. */
  size: Vec3
  /** Seed of the item's colours and details. */
  seed: number
}

export interface Opening {
  /** Wall index: 0 at z = 0, 1 at x = width, 2 at z = depth, 3 at x = 0. */
  wall: number
  /** Along the wall from its left end, seen from inside, to the centre of the opening. */
  along: number
  bottom: number
  width: number
  height: number
  kind: 'window' | 'door'
}

export interface Camera {
  eye: Vec3
  /** 0 looks along -z; positive turns to the left (counter-clockwise seen from above). */
  yaw: number
  /** Positive looks up. */
  pitch: number
  roll: number
  /** Horizontal field of view in radians. */
  fov: number
}

export type WallStyle = 'paint' | 'stripes' | 'brick' | 'tiles' | 'wallpaper' | 'panels'
export type FloorStyle = 'planks' | 'parquet' | 'tiles' | 'carpet' | 'concrete'

export interface Look {
  wall: WallStyle
  floor: FloorStyle
  seed: number
  daylight: boolean
  /** Linear exposure. */
  exposure: number
  /** Red/blue gain, 1 is neutral; above 1 is warmer. */
  warmth: number
  /** Direction the sunlight travels, in world space. */
  sun: Vec3
  sunStrength: number
  lampStrength: number
  ambient: number
}

export interface RoomSpec {
  type: RoomType
  width: number
  depth: number
  height: number
  openings: Opening[]
  items: Item[]
  /** Views to choose from. */
  cameras: Camera[]
  look: Look
}

export type RoomType = 'living' | 'bedroom' | 'office' | 'kitchen' | 'bathroom' | 'dining'
