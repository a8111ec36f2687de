import * as THREE from 'three'
import { paint, type Builder } from '../build'
import { hsl } from '../textures'

/** A shade on a cable. */
export function pendant(b: Builder): void {
  const [w, h] = b.size
  const shade = Math.min(h * 0.45, w * 0.8)
  const cloth = paint(hsl(b.random.range(0, 360), b.random.range(0, 40), b.random.range(35, 92)), 0.9)
  cloth.side = THREE.DoubleSide
  cloth.emissive = new THREE.Color('#ffdca8')
  cloth.emissiveIntensity = b.random.range(0, 0.5)
  b.mesh(
    new THREE.CylinderGeometry(w * b.random.range(0.15, 0.45), w / 2, shade, 32, 1, true),
    [0, shade / 2, 0],
    cloth,
  )
  b.cylinder([0.006, 0.006], h - shade * 0.7, [0, shade * 0.7 + (h - shade * 0.7) / 2, 0], paint('#222222'))
  glow(b, 0.05, [0, shade * 0.35, 0])
}

/** A flat glass dome on the ceiling. */
export function dome(b: Builder): void {
  const [w, h] = b.size
  const glass = paint('#fff6e4', 0.4)
  glass.emissive = new THREE.Color('#fff0d0')
  glass.emissiveIntensity = b.random.range(0.2, 1.6)
  const cap = new THREE.SphereGeometry(w / 2, 32, 12, 0, Math.PI * 2, Math.PI / 2, Math.PI / 2)
  cap.scale(1, (h * 2) / w, 1)
  b.mesh(cap, [0, h, 0], glass)
}

function glow(b: Builder, radius: number, at: [number, number, number]): void {
  const bulb = paint('#ffffff')
  bulb.emissive = new THREE.Color('#ffe6bf')
  bulb.emissiveIntensity = 4
  b.mesh(new THREE.SphereGeometry(radius, 16, 12), at, bulb)
}
