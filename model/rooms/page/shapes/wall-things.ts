import { paintArt } from '../art'
import { paint, textured, type Builder } from '../build'
import { hsl, picture as canvas, wood } from '../textures'

function frame(b: Builder, border: number): void {
  const [w, h, d] = b.size
  const tone = wood(b.random)
  const material = paint(b.random.pick(['#1b1b1b', '#f1efe9', hsl(tone.h, tone.s, tone.l), '#a98b4f']), 0.5)
  for (const side of [-1, 1]) {
    b.box([border, h, d], [side * (w / 2 - border / 2), h / 2, 0], material)
    b.box([w, border, d], [0, h / 2 + side * (h / 2 - border / 2), 0], material)
  }
}

export function picture(b: Builder): void {
  const [w, h, d] = b.size
  const border = b.random.range(0.015, 0.05)
  frame(b, border)
  const high = Math.min(384, Math.round((256 * h) / w))
  const mat = b.random.chance(0.5) ? 0.14 : 0
  const art = canvas(b.random.seed(), 256, high, (draw, random) => {
    draw.fillStyle = hsl(45, 12, 94)
    draw.fillRect(0, 0, 256, high)
    const m = 256 * mat
    draw.save()
    draw.beginPath()
    draw.rect(m, m, 256 - 2 * m, high - 2 * m)
    draw.clip()
    draw.translate(m, m)
    paintArt(draw, random, 256 - 2 * m, high - 2 * m)
    draw.restore()
  })
  b.box([w - border, h - border, d * 0.5], [0, h / 2, -d * 0.1], textured(art, 0.6))
}

export function mirror(b: Builder): void {
  const [w, h, d] = b.size
  const border = b.random.range(0.01, 0.06)
  frame(b, border)
  b.box([w - border, h - border, d * 0.5], [0, h / 2, -d * 0.1], paint('#f4f7f8', 0.04, 1))
}

export function whiteboard(b: Builder): void {
  const [w, h, d] = b.size
  const metal = paint('#b9bcc0', 0.3, 0.8)
  const map = canvas(b.random.seed(), 512, 320, (draw, random) => {
    draw.fillStyle = '#f7f8f8'
    draw.fillRect(0, 0, 512, 320)
    for (let i = random.int(0, 9); i > 0; i--) {
      draw.strokeStyle = random.pick(['#1d3fb5', '#b51d2a', '#1b1b1b', '#15803d'])
      draw.lineWidth = 3
      draw.beginPath()
      const [x, y] = [random.range(20, 380), random.range(20, 290)]
      draw.moveTo(x, y)
      for (let k = 1; k < 18; k++) draw.lineTo(x + k * 6, y + random.range(-9, 9))
      draw.stroke()
    }
  })
  b.box([w, h, d], [0, h / 2, 0], metal)
  b.box([w - 0.04, h - 0.04, 0.006], [0, h / 2, d / 2], textured(map, 0.25))
  b.box([w * 0.6, 0.02, 0.06], [0, 0.01, d / 2 + 0.02], metal)
}

export function paper(b: Builder): void {
  const [w, h, d] = b.size
  const map = canvas(b.random.seed(), 64, 92, (draw, random) => {
    draw.fillStyle = '#fbfbf8'
    draw.fillRect(0, 0, 64, 92)
    draw.fillStyle = 'rgba(40,40,50,0.6)'
    for (let y = 8; y < 84; y += 4) if (random.chance(0.85)) draw.fillRect(7, y, random.range(24, 50), 1.4)
  })
  b.box([w, h, d], [0, h / 2, 0], textured(map, 0.9))
}

export function splashback(b: Builder): void {
  const [w, h, d] = b.size
  const tone = { h: b.random.range(0, 360), s: b.random.range(3, 35), l: b.random.range(55, 92) }
  const map = canvas(b.random.seed(), 512, 128, (draw, random) => {
    draw.fillStyle = hsl(40, 4, 80)
    draw.fillRect(0, 0, 512, 128)
    for (let y = 0; y < 4; y++)
      for (let x = 0; x < 16; x++) {
        draw.fillStyle = hsl(tone.h, tone.s, tone.l + random.range(-3, 3))
        draw.fillRect(x * 32 + 1, y * 32 + 1, 30, 30)
      }
  })
  b.box([w, h, d], [0, h / 2, 0], textured(map, 0.25))
}
