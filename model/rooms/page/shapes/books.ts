import type * as THREE from 'three'
import { paint, type Builder } from '../build'
import { hsl } from '../textures'

/** Upright books over `width` metres around x = 0, standing on y = 0. */
export function bookSpines(b: Builder, width: number, height: number, depth: number): THREE.Mesh[] {
  const books: THREE.Mesh[] = []
  let x = -width / 2
  while (x < width / 2 - 0.02) {
    const thick = Math.min(b.random.range(0.014, 0.05), width / 2 - x)
    const high = height * b.random.range(0.72, 1)
    const cover = paint(hsl(b.random.range(0, 360), b.random.range(10, 65), b.random.range(18, 75)), 0.7)
    const book = b.box(
      [thick * 0.95, high, depth * b.random.range(0.85, 1)],
      [x + thick / 2, high / 2, 0],
      cover,
    )
    books.push(book)
    x += thick
  }
  return books
}

export function bookRow(b: Builder): void {
  bookSpines(b, ...b.size)
}

export function bookStack(b: Builder): void {
  const [w, h, d] = b.size
  let y = 0
  while (y < h - 0.008) {
    const thick = Math.min(b.random.range(0.014, 0.04), h - y)
    const cover = paint(hsl(b.random.range(0, 360), b.random.range(10, 65), b.random.range(18, 80)), 0.7)
    const book = b.box(
      [w * b.random.range(0.8, 1), thick * 0.96, d * b.random.range(0.85, 1)],
      [0, y + thick / 2, 0],
      cover,
    )
    book.rotation.y = b.random.range(-0.15, 0.15)
    y += thick
  }
}
