import * as THREE from 'three'
import { paint, textured, type Builder, type Material } from '../build'
import { hsl, picture } from '../textures'

/** Cloth: one colour, stripes or a check. */
function cloth(b: Builder, l: [number, number] = [30, 85]): Material {
  const tone = { h: b.random.range(0, 360), s: b.random.range(5, 55), l: b.random.range(...l) }
  if (b.random.chance(0.55)) return paint(hsl(tone.h, tone.s, tone.l), 1)
  const bands = b.random.int(4, 14)
  const crossed = b.random.chance(0.4)
  return textured(
    picture(b.random.seed(), 128, 128, (draw, random) => {
      draw.fillStyle = hsl(tone.h, tone.s, tone.l)
      draw.fillRect(0, 0, 128, 128)
      draw.fillStyle = `hsl(${random.range(0, 360)} 30% ${random.range(20, 90)}% / 0.45)`
      for (let i = 0; i < bands; i += 2) {
        draw.fillRect((i * 128) / bands, 0, 128 / bands, 128)
        if (crossed) draw.fillRect(0, (i * 128) / bands, 128, 128 / bands)
      }
    }),
    1,
  )
}

/** A hanging sheet in folds; both sides are seen. */
function sheet(b: Builder, folds: number, depth: number, material: Material): void {
  const [w, h] = b.size
  const geometry = new THREE.PlaneGeometry(w, h, folds * 10, 6)
  const place = geometry.getAttribute('position')
  const phase = b.random.range(0, 6)
  for (let i = 0; i < place.count; i++) {
    const u = place.getX(i) / w
    const drop = 0.5 - place.getY(i) / h
    place.setZ(i, Math.sin(u * folds * 2 * Math.PI + phase) * depth * (0.6 + 0.4 * drop))
  }
  geometry.computeVertexNormals()
  material.side = THREE.DoubleSide
  b.mesh(geometry, [0, h / 2, 0], material)
}

export function curtain(b: Builder): void {
  sheet(b, Math.max(3, Math.round(b.size[0] * 11)), 0.032, cloth(b, [25, 88]))
  b.cylinder(
    [0.012, 0.012],
    b.size[0] + 0.3,
    [0, b.size[1] + 0.01, 0],
    paint('#888888', 0.3, 0.8),
  ).rotation.z = Math.PI / 2
}

export function showerCurtain(b: Builder): void {
  sheet(b, Math.max(4, Math.round(b.size[0] * 9)), 0.03, cloth(b, [55, 92]))
  b.cylinder(
    [0.012, 0.012],
    b.size[0] + 0.2,
    [0, b.size[1] + 0.01, 0],
    paint('#c0c0c0', 0.2, 0.9),
  ).rotation.z = Math.PI / 2
}

/** A towel over a rail. */
export function towel(b: Builder): void {
  const [w, h] = b.size
  b.cylinder([0.009, 0.009], w + 0.1, [0, h, 0], paint('#c8c8c8', 0.2, 0.9)).rotation.z = Math.PI / 2
  const material = cloth(b, [40, 92])
  b.box([w, h, 0.018], [0, h / 2, 0.018], material)
  b.box([w, h * 0.6, 0.014], [0, h * 0.7, -0.014], material)
}

/** A superellipsoid cushion; one that is higher than deep leans back a little. */
export function pillow(b: Builder): void {
  const [w, h, d] = b.size
  const geometry = new THREE.SphereGeometry(1, 28, 20)
  const place = geometry.getAttribute('position')
  const leaning = h > d
  const [full, flat] = [0.5, 1]
  const shape = (value: number, power: number): number => Math.sign(value) * Math.abs(value) ** power
  for (let i = 0; i < place.count; i++) {
    const x = shape(place.getX(i), full)
    const y = shape(place.getY(i), leaning ? full : flat)
    const z = shape(place.getZ(i), leaning ? flat : full)
    place.setXYZ(i, (x * w) / 2, (y * h) / 2, (z * d) / 2)
  }
  geometry.computeVertexNormals()
  const mesh = b.mesh(geometry, [0, h / 2, 0], cloth(b, [35, 95]))
  if (leaning) mesh.rotation.x = -0.3
}

export function rug(b: Builder): void {
  const [w, h, d] = b.size
  const map = picture(b.random.seed(), 256, 256, (draw, random) => {
    const [hue, s] = [random.range(0, 360), random.range(8, 55)]
    const l = random.range(30, 75)
    draw.fillStyle = hsl(hue, s, l)
    draw.fillRect(0, 0, 256, 256)
    const kind = random.int(0, 3)
    for (let i = 0; i < 7 && kind === 0; i++) {
      draw.strokeStyle = hsl(hue + random.range(-50, 50), s, l + random.range(-25, 20))
      draw.lineWidth = random.range(2, 9)
      draw.strokeRect(i * 14, i * 14, 256 - i * 28, 256 - i * 28)
    }
    for (let i = 0; i < 12 && kind === 1; i++) {
      draw.fillStyle = hsl(hue + random.range(-40, 40), s, l + random.range(-25, 20))
      draw.fillRect(0, i * 22, 256, 12)
    }
    for (let i = 0; i < 64 && kind === 2; i++) {
      draw.fillStyle = hsl(hue + random.range(-60, 60), s, l + random.range(-20, 20))
      draw.save()
      draw.translate((i % 8) * 32 + 16, Math.floor(i / 8) * 32 + 16)
      draw.rotate(Math.PI / 4)
      draw.fillRect(-9, -9, 18, 18)
      draw.restore()
    }
    for (let i = 0; i < 5000; i++) {
      draw.fillStyle = `rgba(0,0,0,${random.range(0, 0.12)})`
      draw.fillRect(random.range(0, 256), random.range(0, 256), 2, 2)
    }
  })
  b.box([w, h, d], [0, h / 2, 0], textured(map, 1))
}
