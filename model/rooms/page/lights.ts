import * as THREE from 'three'
import { walls } from '../layout/geometry'
import type { Opening, RoomSpec } from '../layout/spec'

/** Shadow maps: the sun through the windows, and the strongest light inside. */
const SHADOW_SIZE = 1024
const LAMP_COLOR = '#ffe2bd'

/** Lights without a shadow besides the key light; a fixed number, because every other number needs new shaders. */
const GLOWS = 2

/** Sun, window light, lamps and a little light from everywhere. Unused lights stay in the scene at zero strength. */
export function buildLights(room: RoomSpec): THREE.Group {
  const group = new THREE.Group()
  const { look } = room
  const windows = room.openings
    .filter((o) => o.kind === 'window')
    .toSorted((a, b) => b.width * b.height - a.width * a.height)
  const day = look.daylight && windows.length > 0
  group.add(new THREE.HemisphereLight('#ffffff', day ? '#c9b59a' : '#b89a78', 1.35 * look.ambient))
  const scale = Math.sqrt((room.width * room.depth) / 18)
  const lamp = day ? look.lampStrength : Math.max(look.lampStrength, 0.9)
  const bulb = lampPosition(room)
  const spots = day
    ? windows.slice(0, 2).map((o) => windowLight(room, o, scale))
    : [ceilingCone(bulb, lamp * scale)]
  const [key, fill] = [spots[0]!, spots[1] ?? new THREE.SpotLight('#ffffff', 0)]
  shadowed(key).shadow.camera.near = 0.05
  key.shadow.radius = 7
  const point = new THREE.PointLight(LAMP_COLOR, (day ? 4 : 2.5) * lamp * scale, 0, 1.3)
  point.position.copy(bulb)
  const beam = sun(room, day && look.sunStrength > 1)
  group.add(beam, beam.target, key, key.target, fill, fill.target, point, ...glows(room))
  return group
}

function shadowed<T extends THREE.DirectionalLight | THREE.SpotLight>(light: T): T {
  light.castShadow = true
  light.shadow.mapSize.set(SHADOW_SIZE, SHADOW_SIZE)
  light.shadow.bias = -0.0006
  light.shadow.normalBias = 0.02
  light.shadow.radius = 4
  return light
}

function sun(room: RoomSpec, shines: boolean): THREE.DirectionalLight {
  const light = shadowed(new THREE.DirectionalLight('#fff0d8', shines ? room.look.sunStrength : 0))
  const middle = new THREE.Vector3(room.width / 2, 0.8, room.depth / 2)
  light.position.copy(middle).addScaledVector(new THREE.Vector3(...room.look.sun), -12)
  light.target.position.copy(middle)
  const reach = Math.hypot(room.width, room.depth, room.height) / 2 + 0.5
  const { camera } = light.shadow
  camera.left = camera.bottom = -reach
  camera.right = camera.top = reach
  camera.near = 12 - reach - 1
  camera.far = 12 + reach + 1
  if (!shines) {
    light.shadow.autoUpdate = false
    light.shadow.mapSize.set(1, 1)
  }
  return light
}

/** Skylight from a window: a wide soft cone into the room. */
function windowLight(room: RoomSpec, opening: Opening, scale: number): THREE.SpotLight {
  const wall = walls(room.width, room.depth)[opening.wall]!
  const light = new THREE.SpotLight(
    '#eaf2ff',
    5.5 * scale * Math.sqrt(opening.width * opening.height) * room.look.ambient,
    0,
    1.35,
    1,
    1.1,
  )
  const [x, z] = wall.at(opening.along, 0.16)
  const [tx, tz] = wall.at(opening.along, 3)
  light.position.set(x, opening.bottom + opening.height * 0.7, z)
  light.target.position.set(tx, 0.4, tz)
  return light
}

/** Just below the hanging lamp, or below the middle of the ceiling. */
function lampPosition(room: RoomSpec): THREE.Vector3 {
  const hanging = room.items.find((item) => item.label === 'lamp' && item.position[1] > room.height - 1.2)
  return hanging
    ? new THREE.Vector3(hanging.position[0], hanging.position[1] - 0.08, hanging.position[2])
    : new THREE.Vector3(room.width / 2, room.height - 0.08, room.depth / 2)
}

function ceilingCone(at: THREE.Vector3, strength: number): THREE.SpotLight {
  const cone = new THREE.SpotLight(LAMP_COLOR, 7 * strength, 0, 1.3, 0.9, 1.3)
  cone.position.copy(at)
  cone.target.position.set(at.x, 0, at.z + 0.001)
  return cone
}

/** The warm spots of standing lamps. */
function glows(room: RoomSpec): THREE.PointLight[] {
  const standing = room.items.filter((item) => item.label === 'lamp' && item.position[1] < room.height - 1)
  return Array.from({ length: GLOWS }, (_, i) => {
    const item = room.look.lampStrength < 0.5 ? undefined : standing[i]
    const glow = new THREE.PointLight('#ffce8f', item ? 1.1 : 0, 3, 2)
    if (item) glow.position.set(item.position[0], item.position[1] + item.size[1] + 0.06, item.position[2])
    return glow
  })
}
