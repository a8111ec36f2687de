import { distanceTo } from './geometry'
import type { Placer } from './placer'
import type { Camera } from './spec'

const CLEARANCE = 0.4
const WALL_CLEARANCE = 0.18

/**
 * Places to look from: eye height 1.0 to 1.9 m, at least 0.4 m from every object as tall as the eye and from the plan
 * of every lower one 0.4 m below it, aimed at where the furniture stands.
 */
export function cameras(placer: Placer, count: number): Camera[] {
  const { random } = placer
  const solid = placer.items.filter((i) => i.size[1] > 0.3 && i.position[1] < 1.2)
  const centre: [number, number] = [0, 2].map(
    (k) => solid.reduce((sum, i) => sum + i.position[k]!, 0) / solid.length,
  ) as [number, number]
  const found: (Camera & { reach: number })[] = []
  for (let attempt = 0; attempt < 400 && found.length < count * 3; attempt++) {
    const x = random.range(WALL_CLEARANCE, placer.width - WALL_CLEARANCE)
    const z = random.range(WALL_CLEARANCE, placer.depth - WALL_CLEARANCE)
    const y = random.range(1, 1.9)
    const blocked = placer.items.some((item) => {
      const { size, position } = item
      if (size[1] < 0.05 || position[1] > y + CLEARANCE || position[1] + size[1] < y - CLEARANCE) return false
      const f = {
        x: position[0],
        z: position[2],
        width: size[0],
        depth: Math.abs(size[2]),
        yaw: item.yaw,
        bottom: 0,
        top: 1,
      }
      return distanceTo(f, x, z) < CLEARANCE
    })
    if (blocked) continue
    if (solid.length === 0) return []
    const target = random.pick(solid).position
    const focus = random.chance(0.5) ? centre : ([target[0], target[2]] as const)
    const [dx, dz] = [focus[0] - x, focus[1] - z]
    const reach = Math.hypot(dx, dz)
    if (reach < 1.2) continue
    found.push({
      eye: [x, y, z],
      yaw: Math.atan2(-dx, -dz) + random.range(-0.3, 0.3),
      pitch:
        -Math.atan2(y - random.range(0.6, 1), Math.max(reach, 1.5)) * random.range(0.7, 1.15) +
        random.range(-0.04, 0.04),
      roll: random.range(-0.025, 0.025),
      fov: (random.range(50, 75) * Math.PI) / 180,
      reach,
    })
  }
  return found
    .toSorted((a, b) => b.reach - a.reach)
    .slice(0, count)
    .map(({ reach: _reach, ...camera }) => camera)
}
