import * as THREE from 'three'
import { paint, textured, type Builder, type Material } from '../build'
import { hsl, picture, wood } from '../textures'
import { bookSpines } from './books'

/** Lacquer or wood, chosen from the seed alone, so that units with one seed match. */
export function front(b: Builder): Material {
  if (b.random.chance(0.45)) {
    return paint(hsl(b.random.range(0, 360), b.random.range(0, 30), b.random.range(40, 94)), 0.4)
  }
  const tone = wood(b.random)
  const map = picture(b.random.seed(), 128, 256, (draw, random) => {
    draw.fillStyle = hsl(tone.h, tone.s, tone.l)
    draw.fillRect(0, 0, 128, 256)
    for (let i = 0; i < 60; i++) {
      draw.fillStyle = `rgba(40,20,5,${random.range(0.01, 0.08)})`
      draw.fillRect(random.range(0, 128), 0, random.range(0.5, 5), 256)
    }
  })
  return textured(map, 0.5)
}

function handle(b: Builder, x: number, y: number, z: number, upright: boolean): void {
  b.box(upright ? [0.014, 0.14, 0.02] : [0.14, 0.014, 0.02], [x, y, z], paint('#b4b6b8', 0.25, 0.9))
}

/** Base units side by side: doors and drawers over a plinth. */
export function cabinetRow(b: Builder): void {
  const [w, h, d] = b.size
  const face = front(b)
  b.box([w, h - 0.1, d - 0.03], [0, 0.1 + (h - 0.1) / 2, -0.015], face)
  b.box([w - 0.02, 0.1, d - 0.1], [0, 0.05, -0.04], paint('#2a2a2a', 0.6))
  const count = Math.max(1, Math.round(w / 0.55))
  const unit = w / count
  for (let i = 0; i < count; i++) {
    const x = (i + 0.5) * unit - w / 2
    const drawers = b.random.chance(0.4) ? 3 : 1
    for (let k = 0; k < drawers; k++) {
      const high = (h - 0.12) / drawers
      const y = 0.11 + (k + 0.5) * high
      b.box([unit - 0.008, high - 0.008, 0.02], [x, y, d / 2 - 0.018], face)
      handle(
        b,
        drawers === 3 ? x : x + unit * 0.38,
        drawers === 3 ? y + high * 0.3 : h - 0.15,
        d / 2 + 0.005,
        drawers === 1,
      )
    }
  }
}

export function wallCabinet(b: Builder): void {
  const [w, h, d] = b.size
  const face = front(b)
  b.box([w, h, d - 0.02], [0, h / 2, -0.01], face)
  const doors = w > 0.55 ? 2 : 1
  for (let i = 0; i < doors; i++) {
    const x = ((i + 0.5) / doors - 0.5) * w
    b.box([w / doors - 0.006, h - 0.006, 0.018], [x, h / 2, d / 2 - 0.011], face)
    handle(b, x + (i === 0 ? 1 : -1) * (w / doors) * 0.38, h * (h > 1 ? 0.5 : 0.14), d / 2 + 0.008, true)
  }
}

export function counter(b: Builder): void {
  const [w, h, d] = b.size
  const stone = picture(b.random.seed(), 256, 256, (draw, random) => {
    draw.fillStyle = random.chance(0.4)
      ? hsl(30, random.range(20, 45), random.range(30, 60))
      : hsl(random.range(0, 360), 5, random.range(20, 90))
    draw.fillRect(0, 0, 256, 256)
    for (let i = 0; i < 2500; i++) {
      draw.fillStyle = `rgba(${random.chance(0.5) ? '0,0,0' : '255,255,255'},${random.range(0, 0.16)})`
      draw.fillRect(random.range(0, 256), random.range(0, 256), random.range(1, 4), random.range(1, 3))
    }
  })
  b.box([w, h, d], [0, h / 2, 0], textured(stone, 0.3))
}

/** A steel bowl set on the worktop, with a tap. */
export function kitchenSink(b: Builder): void {
  const [w, , d] = b.size
  const steel = paint('#c3c6c9', 0.28, 0.85)
  const rim = 0.035
  const high = 0.012
  for (const side of [-1, 1]) {
    b.box([rim, high, d], [side * (w / 2 - rim / 2), high / 2, 0], steel)
    b.box([w, high, rim], [0, high / 2, side * (d / 2 - rim / 2)], steel)
  }
  b.box([w - 2 * rim, 0.004, d - 2 * rim], [0, 0.003, 0], paint('#6e7275', 0.35, 0.8))
  b.cylinder([0.014, 0.018], 0.22, [0, 0.12, -d / 2 + 0.05], steel)
  const spout = b.cylinder([0.011, 0.011], 0.17, [0, 0.225, -d / 2 + 0.12], steel)
  spout.rotation.x = Math.PI / 2
}

/** Boards between two sides, with rows of books (labelled books) and gaps. */
export function bookcase(b: Builder): void {
  const [w, h, d] = b.size
  const body = front(b)
  const board = 0.022
  for (const side of [-1, 1]) b.box([board, h, d], [side * (w / 2 - board / 2), h / 2, 0], body)
  b.box([w, h, 0.01], [0, h / 2, -d / 2 + 0.006], body)
  const rows = Math.max(2, Math.round(h / 0.36))
  const step = (h - 0.06) / rows
  for (let row = 0; row <= rows; row++)
    b.box([w, board, d], [0, Math.min(0.05 + row * step, h - board / 2), 0], body)
  for (let row = 0; row < rows; row++) {
    if (b.random.chance(0.15)) continue
    const from = -w / 2 + board + b.random.range(0, 0.1)
    const to = w / 2 - board - b.random.range(0, 0.35 * w)
    for (const book of bookSpines(b, to - from, step * 0.78, d * 0.62)) {
      book.position.x += (from + to) / 2
      book.position.y += 0.05 + row * step + board / 2
      book.userData = { label: 'books' }
    }
  }
}

export function wallShelf(b: Builder): void {
  const [w, h, d] = b.size
  b.box([w, h, d], [0, h / 2, 0], front(b))
}

/** A boxed-in tub with a rounded basin. */
export function bathtub(b: Builder): void {
  const [w, h, d] = b.size
  const white = paint('#f3f4f4', 0.18)
  const rim = new THREE.Shape()
  rim
    .moveTo(-w / 2, -d / 2)
    .lineTo(w / 2, -d / 2)
    .lineTo(w / 2, d / 2)
    .lineTo(-w / 2, d / 2)
  const hole = new THREE.Path()
  hole.absellipse(0, 0, w / 2 - 0.09, d / 2 - 0.08, 0, Math.PI * 2, true)
  rim.holes.push(hole)
  const top = new THREE.ExtrudeGeometry(rim, { depth: h, bevelEnabled: false, curveSegments: 40 })
  top.rotateX(-Math.PI / 2)
  b.mesh(top, [0, 0, 0], white)
  b.box([w - 0.1, 0.02, d - 0.1], [0, 0.16, 0], white)
  const steel = paint('#cfd2d4', 0.15, 0.9)
  b.cylinder([0.018, 0.018], 0.12, [w / 2 - 0.05, h + 0.06, 0], steel)
  b.cylinder([0.013, 0.013], 0.12, [w / 2 - 0.1, h + 0.11, 0], steel).rotation.z = Math.PI / 2
}

export function column(b: Builder): void {
  const [w, h, d] = b.size
  b.box(
    [w, h, d],
    [0, h / 2, 0],
    paint(hsl(b.random.range(0, 60), b.random.range(2, 25), b.random.range(55, 92)), 0.85),
  )
}
