import { unit, type Vec3 } from '../../../shared/camera'

/**
 * A direction as two angles in degrees: `right` about the vertical axis from the camera, -180..180, `up` above the
 * horizontal plane, -90..90. (0, 0) faces the camera.
 */
export interface Angles {
  readonly right: number
  readonly up: number
}

const DEGREE = Math.PI / 180

export function anglesOf([x, y, z]: Vec3): Angles {
  return { right: Math.atan2(x, z) / DEGREE, up: Math.atan2(y, Math.hypot(x, z)) / DEGREE }
}

export function directionOf({ right, up }: Angles): Vec3 {
  const level = Math.cos(up * DEGREE)
  return [level * Math.sin(right * DEGREE), Math.sin(up * DEGREE), level * Math.cos(right * DEGREE)]
}

/** Turned by some degrees; `up` stops at the poles, `right` goes round. */
export function turned(angles: Angles, right: number, up: number): Angles {
  const around = angles.right + right
  return {
    right: around - 360 * Math.round(around / 360),
    up: Math.min(90, Math.max(-90, angles.up + up)),
  }
}

/**
 * The direction that a place on the picture of the ball faces: (x, y) from its centre in radii, y up. Outside, the nearest
 * place on its rim.
 */
export function directionOnBall(x: number, y: number): Vec3 {
  const radius = Math.hypot(x, y)
  const inside = Math.min(1, radius)
  const scale = radius > 0 ? inside / radius : 0
  return unit([x * scale, y * scale, Math.sqrt(1 - inside * inside)]) ?? [0, 0, 1]
}
