import type { Random } from '../random'
import { hsl } from './textures'

type Draw = CanvasRenderingContext2D
type Motif = (draw: Draw, random: Random, w: number, h: number) => void

function landscape(draw: Draw, random: Random, w: number, h: number): void {
  const sky = draw.createLinearGradient(0, 0, 0, h)
  const hue = random.range(180, 230)
  sky.addColorStop(0, hsl(hue, 45, random.range(45, 70)))
  sky.addColorStop(1, hsl(random.chance(0.4) ? 30 : hue, 50, 85))
  draw.fillStyle = sky
  draw.fillRect(0, 0, w, h)
  for (let layer = 0; layer < 4; layer++) {
    draw.fillStyle = hsl(random.range(70, 160), random.range(15, 40), 62 - layer * 12)
    draw.beginPath()
    draw.moveTo(0, h)
    const base = h * (0.45 + layer * 0.13)
    const [f, p, a] = [random.range(1, 4), random.range(0, 6), random.range(0.03, 0.1) * h]
    for (let x = 0; x <= w; x += 4) draw.lineTo(x, base + Math.sin((x / w) * f * 3 + p) * a)
    draw.lineTo(w, h)
    draw.fill()
  }
}

function blocks(draw: Draw, random: Random, w: number, h: number): void {
  draw.fillStyle = hsl(45, 25, 90)
  draw.fillRect(0, 0, w, h)
  for (let i = random.int(4, 12); i > 0; i--) {
    draw.fillStyle = hsl(random.range(0, 360), random.range(30, 80), random.range(25, 70))
    draw.fillRect(
      random.range(0, w),
      random.range(0, h),
      random.range(0.1, 0.5) * w,
      random.range(0.05, 0.4) * h,
    )
  }
}

function circles(draw: Draw, random: Random, w: number, h: number): void {
  const hue = random.range(0, 360)
  draw.fillStyle = hsl(hue, 20, random.range(15, 90))
  draw.fillRect(0, 0, w, h)
  for (let i = random.int(3, 9); i > 0; i--) {
    draw.fillStyle = hsl(hue + random.range(-60, 60), random.range(30, 75), random.range(30, 75))
    draw.beginPath()
    draw.arc(random.range(0, w), random.range(0, h), random.range(0.05, 0.3) * w, 0, 7)
    draw.fill()
  }
}

function strokes(draw: Draw, random: Random, w: number, h: number): void {
  draw.fillStyle = hsl(random.range(0, 360), 15, random.range(80, 95))
  draw.fillRect(0, 0, w, h)
  for (let i = 0; i < 60; i++) {
    draw.strokeStyle = hsl(random.range(0, 360), random.range(20, 70), random.range(20, 70))
    draw.lineWidth = random.range(1, w / 25)
    draw.beginPath()
    draw.moveTo(random.range(0, w), random.range(0, h))
    draw.bezierCurveTo(
      random.range(0, w),
      random.range(0, h),
      random.range(0, w),
      random.range(0, h),
      random.range(0, w),
      random.range(0, h),
    )
    draw.stroke()
  }
}

function botanical(draw: Draw, random: Random, w: number, h: number): void {
  draw.fillStyle = hsl(45, 20, 92)
  draw.fillRect(0, 0, w, h)
  draw.strokeStyle = draw.fillStyle = hsl(random.range(80, 160), 35, random.range(22, 42))
  draw.lineWidth = w / 70
  draw.beginPath()
  draw.moveTo(w / 2, h * 0.92)
  draw.quadraticCurveTo(w * random.range(0.4, 0.6), h / 2, w / 2, h * 0.12)
  draw.stroke()
  for (let i = 0; i < 9; i++)
    for (const side of [-1, 1]) {
      draw.beginPath()
      draw.ellipse(w / 2 + side * w * 0.13, h * (0.2 + i * 0.07), w * 0.14, h * 0.024, side * -0.5, 0, 7)
      draw.fill()
    }
}

function portrait(draw: Draw, random: Random, w: number, h: number): void {
  draw.fillStyle = hsl(random.range(0, 360), 25, random.range(20, 60))
  draw.fillRect(0, 0, w, h)
  const ellipse = (x: number, y: number, rx: number, ry: number, fill: string): void => {
    draw.fillStyle = fill
    draw.beginPath()
    draw.ellipse(w * x, h * y, w * rx, h * ry, 0, 0, 7)
    draw.fill()
  }
  ellipse(0.5, 1, 0.38, 0.36, hsl(random.range(0, 360), 35, 35))
  ellipse(0.5, 0.4, 0.2, 0.24, hsl(25, 20, random.range(12, 45)))
  ellipse(0.5, 0.45, 0.15, 0.18, hsl(25, 40, random.range(40, 78)))
}

const MOTIFS: Motif[] = [landscape, landscape, blocks, circles, strokes, botanical, portrait]

/** Procedural art for a picture. */
export function paintArt(draw: Draw, random: Random, w: number, h: number): void {
  random.pick(MOTIFS)(draw, random, w, h)
}

/** What is seen through a window: sky, and soft shapes of trees or houses. */
export function paintOutside(draw: Draw, random: Random, w: number, h: number, day: boolean): void {
  const sky = draw.createLinearGradient(0, 0, 0, h)
  const hue = random.range(195, 220)
  sky.addColorStop(0, day ? hsl(hue, random.range(25, 75), 78) : hsl(225, 45, 8))
  sky.addColorStop(0.65, day ? hsl(hue, 30, 95) : hsl(225, 35, 16))
  draw.fillStyle = sky
  draw.fillRect(0, 0, w, h)
  draw.filter = 'blur(4px)'
  const town = random.chance(0.4)
  for (let i = 0; i < 26; i++) {
    const x = random.range(-0.1, 1.1) * w
    const l = day ? random.range(22, 55) : random.range(3, 9)
    if (town) {
      draw.fillStyle = hsl(random.range(10, 45), random.range(5, 25), l + (day ? 18 : 0))
      const top = random.range(0.35, 0.7) * h
      draw.fillRect(x, top, w * random.range(0.08, 0.2), h)
    } else {
      draw.fillStyle = hsl(random.range(75, 130), random.range(10, 30), l)
      draw.beginPath()
      draw.ellipse(
        x,
        h * random.range(0.6, 0.85),
        w * random.range(0.05, 0.15),
        h * random.range(0.08, 0.3),
        0,
        0,
        7,
      )
      draw.fill()
    }
  }
  draw.fillStyle = hsl(random.range(60, 110), 15, day ? 45 : 6)
  draw.fillRect(0, h * 0.85, w, h)
  draw.filter = 'none'
}
