import * as THREE from 'three'
import { paintOutside } from '../art'
import { paint, type Builder } from '../build'
import { hsl, picture, wood } from '../textures'

/** Distance of the painted view behind the glass. */
const VIEW = 0.6

/** Frame, glazing bars, sill, glass that is labelled but not drawn, and a bright view behind it. */
export function window(b: Builder, daylight: boolean): void {
  const [w, h] = b.size
  const frame = b.random.chance(0.7) ? paint(hsl(40, 6, 90), 0.5) : paint(woodColor(b), 0.5)
  const bar = 0.05
  for (const side of [-1, 1]) b.box([bar, h, 0.07], [side * (w / 2 - bar / 2), h / 2, 0], frame)
  for (const y of [bar / 2, h - bar / 2]) b.box([w, bar, 0.07], [0, y, 0], frame)
  const columns = w > 1.3 ? b.random.pick([2, 3]) : b.random.pick([1, 2])
  for (let i = 1; i < columns; i++) b.box([0.04, h, 0.05], [(i / columns - 0.5) * w, h / 2, 0], frame)
  if (b.random.chance(0.35)) b.box([w, 0.03, 0.04], [0, h * b.random.pick([0.5, 0.7]), 0], frame)
  b.box([w + 0.1, 0.03, 0.2], [0, -0.015, 0.08], frame)
  const glass = b.mesh(new THREE.PlaneGeometry(w, h), [0, h / 2, 0.005], paint('#ffffff'))
  glass.userData = { onlyLabels: true }
  const outside = picture(b.random.seed(), 256, 256, (draw, random) =>
    paintOutside(draw, random, 256, 256, daylight),
  )
  const view = new THREE.Mesh(
    new THREE.PlaneGeometry(w * 2.2 + 1, h * 1.6 + 1),
    new THREE.MeshBasicMaterial({
      map: outside,
      color: new THREE.Color().setScalar(daylight ? b.random.range(1.6, 3.2) : 0.8),
    }),
  )
  view.position.set(0, h / 2 + 0.2, -VIEW)
  view.userData = { onlyPhoto: true }
  b.group.add(view)
}

function woodColor(b: Builder): string {
  const tone = wood(b.random)
  return hsl(tone.h, tone.s, tone.l)
}

/** A closed leaf with panels, a frame and a handle. */
export function door(b: Builder): void {
  const [w, h] = b.size
  const leaf = b.random.chance(0.55)
    ? paint(hsl(40, 5, b.random.range(82, 94)), 0.5)
    : paint(woodColor(b), 0.55)
  const frame = b.random.chance(0.6) ? paint(hsl(40, 5, 90), 0.5) : leaf
  for (const side of [-1, 1])
    b.box([0.09, h + 0.06, 0.16], [side * (w / 2 + 0.02), h / 2 + 0.03, 0.015], frame)
  b.box([w + 0.13, 0.09, 0.16], [0, h + 0.02, 0.015], frame)
  b.box([w - 0.04, h - 0.02, 0.05], [0, h / 2, 0.01], leaf)
  const rows = b.random.pick([0, 2, 3])
  for (let row = 0; row < rows; row++)
    for (const side of b.random.chance(0.5) ? [-1, 1] : [0]) {
      const pw = side === 0 ? w * 0.62 : w * 0.3
      const ph = (h * 0.8) / rows
      b.box([pw, ph * 0.84, 0.012], [side * w * 0.21, h * 0.1 + (row + 0.5) * ph, 0.038], leaf)
    }
  const metal = paint(b.random.chance(0.5) ? '#c9c9cc' : '#b08d57', 0.25, 0.9)
  b.box([0.14, 0.022, 0.022], [w * 0.34, 1, 0.085], metal)
  b.cylinder([0.025, 0.025], 0.012, [w * 0.4, 1, 0.045], metal).rotation.x = Math.PI / 2
}

/** Horizontal slats of a half-lowered blind. */
export function blinds(b: Builder): void {
  const [w, h, d] = b.size
  const slat = paint(hsl(b.random.range(20, 60), b.random.range(2, 30), b.random.range(60, 93)), 0.6)
  const step = 0.045
  const tilt = b.random.range(0.5, 1.2)
  b.box([w, 0.05, d], [0, h - 0.025, 0], slat)
  for (let y = 0.02; y < h - 0.05; y += step) b.box([w, 0.004, 0.045], [0, y, 0], slat).rotation.x = tilt
}
