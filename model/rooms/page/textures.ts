import * as THREE from 'three'
import { Random } from '../random'
import type { FloorStyle, WallStyle } from '../layout/spec'

const SIZE = 512

/** Muted interior colours, hue in degrees, saturation and lightness in percent. */
export function hsl(h: number, s: number, l: number): string {
  // With commas: three does not read the newer form without them.
  return `hsl(${(((h % 360) + 360) % 360).toFixed(1)}, ${clampPercent(s)}%, ${clampPercent(l)}%)`
}

function clampPercent(value: number): string {
  return Math.min(100, Math.max(0, value)).toFixed(1)
}

type Paint = (draw: CanvasRenderingContext2D, random: Random) => void

/** A square canvas texture that repeats every `metres`. */
function canvasTexture(seed: number, metres: number, paint: Paint): THREE.CanvasTexture {
  const texture = picture(seed, SIZE, SIZE, paint)
  texture.wrapS = texture.wrapT = THREE.RepeatWrapping
  texture.repeat.set(1 / metres, 1 / metres)
  return texture
}

/** A canvas texture of its own size, not repeated. */
export function picture(seed: number, width: number, height: number, paint: Paint): THREE.CanvasTexture {
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  // A canvas in main memory: an accelerated one is drawn by the software GPU, which takes seconds.
  const draw = canvas.getContext('2d', { willReadFrequently: true })
  if (!draw) throw new Error('This browser has no 2D canvas.')
  paint(draw, new Random(seed))
  const texture = new THREE.CanvasTexture(canvas)
  texture.colorSpace = THREE.SRGBColorSpace
  texture.anisotropy = 4
  return texture
}

/** Fine grain, so that no surface is perfectly even. */
function grain(draw: CanvasRenderingContext2D, random: Random, amount: number, count = 2500): void {
  for (let i = 0; i < count; i++) {
    draw.fillStyle = `rgba(${random.chance(0.5) ? '0,0,0' : '255,255,255'},${random.range(0, amount)})`
    const side = random.range(1, 5)
    draw.fillRect(random.range(0, SIZE), random.range(0, SIZE), side, side)
  }
}

/** Large soft spots. */
function clouds(draw: CanvasRenderingContext2D, random: Random, amount: number): void {
  for (let i = 0; i < 14; i++) {
    const [x, y, r] = [random.range(0, SIZE), random.range(0, SIZE), random.range(60, 200)]
    const fade = draw.createRadialGradient(x, y, 0, x, y, r)
    fade.addColorStop(0, `rgba(${random.chance(0.5) ? '0,0,0' : '255,255,255'},${random.range(0, amount)})`)
    fade.addColorStop(1, 'rgba(0,0,0,0)')
    draw.fillStyle = fade
    draw.fillRect(0, 0, SIZE, SIZE)
  }
}

/** A wood colour: from pale ash to dark walnut. */
export function wood(random: Random): { h: number; s: number; l: number } {
  return { h: random.range(20, 38), s: random.range(22, 50), l: random.range(22, 66) }
}

function woodGrain(
  draw: CanvasRenderingContext2D,
  random: Random,
  x: number,
  y: number,
  w: number,
  h: number,
): void {
  for (let i = 0; i < 9; i++) {
    draw.fillStyle = `rgba(${random.chance(0.6) ? '40,20,5' : '255,240,220'},${random.range(0.02, 0.1)})`
    draw.fillRect(x, y + random.range(0, h), w, random.range(0.5, h / 6))
  }
}

function planks(draw: CanvasRenderingContext2D, random: Random, rows: number, shortest: number): void {
  const tone = wood(random)
  const height = SIZE / rows
  for (let row = 0; row < rows; row++) {
    const offset = random.range(0, SIZE)
    const cuts = [0]
    while (cuts.at(-1)! < SIZE - shortest * 2) cuts.push(cuts.at(-1)! + random.range(shortest, shortest * 2))
    cuts.push(SIZE)
    for (let i = 0; i + 1 < cuts.length; i++) {
      const w = cuts[i + 1]! - cuts[i]!
      const fill = hsl(tone.h + random.range(-3, 3), tone.s, tone.l + random.range(-5, 5))
      for (const x of [cuts[i]! + offset, cuts[i]! + offset - SIZE]) {
        draw.fillStyle = fill
        draw.fillRect(x, row * height, w, height)
        draw.fillStyle = 'rgba(20,10,0,0.45)'
        draw.fillRect(x, row * height, 1.5, height)
      }
    }
    woodGrain(draw, random, 0, row * height, SIZE, height)
    draw.fillStyle = 'rgba(20,10,0,0.5)'
    draw.fillRect(0, row * height, SIZE, 1.5)
  }
}

function grid(
  draw: CanvasRenderingContext2D,
  random: Random,
  columns: number,
  rows: number,
  shift: boolean,
  tone: { h: number; s: number; l: number },
  spread: number,
): void {
  const joint = random.pick([hsl(40, 5, 82), hsl(40, 4, 60), hsl(30, 6, 40)])
  draw.fillStyle = joint
  draw.fillRect(0, 0, SIZE, SIZE)
  const [w, h] = [SIZE / columns, SIZE / rows]
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      draw.fillStyle = hsl(tone.h + random.range(-2, 2), tone.s, tone.l + random.range(-spread, spread))
      const x = column * w + (shift && row % 2 === 1 ? w / 2 : 0)
      for (const at of [x, x - SIZE]) draw.fillRect(at + 1.5, row * h + 1.5, w - 3, h - 3)
    }
}

const wallTone = (random: Random): { h: number; s: number; l: number } =>
  random.chance(0.5)
    ? { h: random.range(25, 60), s: random.range(4, 28), l: random.range(74, 93) }
    : { h: random.range(0, 360), s: random.range(8, 34), l: random.range(48, 86) }

const WALLS: Record<WallStyle, { metres: number; paint: Paint }> = {
  paint: {
    metres: 2.5,
    paint: (draw, random) => {
      const tone = wallTone(random)
      draw.fillStyle = hsl(tone.h, tone.s, tone.l)
      draw.fillRect(0, 0, SIZE, SIZE)
      clouds(draw, random, 0.03)
      grain(draw, random, 0.025)
    },
  },
  stripes: {
    metres: 1,
    paint: (draw, random) => {
      const tone = wallTone(random)
      const bands = random.pick([4, 6, 8, 12])
      for (let i = 0; i < bands; i++) {
        draw.fillStyle = hsl(tone.h, tone.s, tone.l + (i % 2 === 0 ? 0 : random.range(-9, -5)))
        draw.fillRect((i * SIZE) / bands, 0, SIZE / bands + 1, SIZE)
      }
      grain(draw, random, 0.02)
    },
  },
  brick: {
    metres: 1.2,
    paint: (draw, random) => {
      const white = random.chance(0.45)
      grid(
        draw,
        random,
        5,
        16,
        true,
        white
          ? { h: 40, s: 5, l: 84 }
          : { h: random.range(8, 20), s: random.range(25, 45), l: random.range(36, 50) },
        white ? 3 : 6,
      )
      grain(draw, random, 0.1)
    },
  },
  tiles: {
    metres: 1.2,
    paint: (draw, random) => {
      const tone = random.chance(0.6)
        ? { h: random.range(30, 220), s: random.range(2, 12), l: random.range(80, 93) }
        : wallTone(random)
      const [columns, rows] = random.pick([
        [4, 8],
        [6, 6],
        [8, 16],
        [3, 6],
      ] as const)
      grid(draw, random, columns, rows, random.chance(0.4), tone, 1.5)
    },
  },
  wallpaper: {
    metres: 1,
    paint: (draw, random) => {
      const tone = wallTone(random)
      draw.fillStyle = hsl(tone.h, tone.s, tone.l)
      draw.fillRect(0, 0, SIZE, SIZE)
      const count = random.pick([4, 6, 8])
      const step = SIZE / count
      const ink = hsl(tone.h + random.range(-30, 30), tone.s + 10, tone.l + (tone.l > 65 ? -12 : 12))
      draw.fillStyle = draw.strokeStyle = ink
      draw.lineWidth = 3
      const round = random.chance(0.5)
      for (let row = 0; row < count; row++)
        for (let column = 0; column < count; column++) {
          const [x, y] = [(column + (row % 2) / 2 + 0.25) * step, (row + 0.5) * step]
          draw.beginPath()
          if (round) draw.arc(x, y, step * 0.2, 0, 7)
          else
            for (let k = 0; k < 4; k++) draw.ellipse(x, y, step * 0.32, step * 0.1, (k * Math.PI) / 4, 0, 7)
          if (round) draw.stroke()
          else draw.fill()
        }
      grain(draw, random, 0.02)
    },
  },
  panels: {
    metres: 1.4,
    paint: (draw, random) => {
      const tone = random.chance(0.5) ? wood(random) : wallTone(random)
      const count = random.pick([8, 10, 14])
      for (let i = 0; i < count; i++) {
        draw.fillStyle = hsl(tone.h, tone.s, tone.l + random.range(-2, 2))
        draw.fillRect((i * SIZE) / count, 0, SIZE / count + 1, SIZE)
        draw.fillStyle = 'rgba(0,0,0,0.35)'
        draw.fillRect((i * SIZE) / count, 0, 3, SIZE)
        draw.fillStyle = 'rgba(255,255,255,0.2)'
        draw.fillRect((i * SIZE) / count + 3, 0, 3, SIZE)
      }
      grain(draw, random, 0.03)
    },
  },
}

const FLOORS: Record<FloorStyle, { metres: number; roughness: number; paint: Paint }> = {
  planks: {
    metres: 2,
    roughness: 0.45,
    paint: (draw, random) => planks(draw, random, random.pick([10, 12, 16]), 160),
  },
  parquet: { metres: 1, roughness: 0.4, paint: (draw, random) => planks(draw, random, 12, 90) },
  tiles: {
    metres: 1.6,
    roughness: 0.3,
    paint: (draw, random) => {
      const n = random.pick([3, 4, 5])
      const tone = random.chance(0.6)
        ? { h: random.range(20, 50), s: random.range(3, 22), l: random.range(45, 85) }
        : { h: random.range(0, 360), s: random.range(2, 10), l: random.range(25, 75) }
      grid(draw, random, n, n, false, tone, 3)
      clouds(draw, random, 0.06)
      grain(draw, random, 0.03)
    },
  },
  carpet: {
    metres: 1.5,
    roughness: 1,
    paint: (draw, random) => {
      draw.fillStyle = hsl(random.range(0, 360), random.range(4, 28), random.range(28, 72))
      draw.fillRect(0, 0, SIZE, SIZE)
      clouds(draw, random, 0.06)
      grain(draw, random, 0.14, 12000)
    },
  },
  concrete: {
    metres: 3,
    roughness: 0.6,
    paint: (draw, random) => {
      draw.fillStyle = hsl(random.range(20, 220), random.range(1, 5), random.range(45, 70))
      draw.fillRect(0, 0, SIZE, SIZE)
      clouds(draw, random, 0.12)
      grain(draw, random, 0.06)
    },
  },
}

export function wallTexture(style: WallStyle, seed: number): THREE.CanvasTexture {
  return canvasTexture(seed, WALLS[style].metres, WALLS[style].paint)
}

export function floorTexture(
  style: FloorStyle,
  seed: number,
): { map: THREE.CanvasTexture; roughness: number } {
  const { metres, roughness, paint } = FLOORS[style]
  return { map: canvasTexture(seed, metres, paint), roughness }
}
