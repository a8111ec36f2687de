import { interpolateInferno, interpolateViridis } from 'd3-scale-chromatic'
import { AppError } from './errors'

export type Rgb = readonly [number, number, number]

/** A colour as one pixel of ImageData: RGBA bytes read as a little-endian number. 0 is transparent. */
export function packRgba(red: number, green: number, blue: number, alpha = 255): number {
  return ((alpha << 24) | (blue << 16) | (green << 8) | red) >>> 0
}

/** The colour as CSS, without its alpha; null when it is fully transparent. */
export function cssOf(packed: number): string | null {
  if (packed >>> 24 === 0) return null
  return `rgb(${packed & 255} ${(packed >>> 8) & 255} ${(packed >>> 16) & 255})`
}

export function cssOfRgb([red, green, blue]: Rgb): string {
  return `rgb(${red} ${green} ${blue})`
}

/** Distinct colours for a data set without a palette: hues a golden angle apart, three lightnesses in turn. */
export function classPalette(classes: number): Rgb[] {
  return Array.from({ length: classes }, (_, index) =>
    rgbFromHsl((index * 137.508) % 360, 0.62, [0.52, 0.68, 0.38][index % 3]!),
  )
}

function rgbFromHsl(hue: number, saturation: number, lightness: number): Rgb {
  const spread = saturation * Math.min(lightness, 1 - lightness)
  const channel = (shift: number): number => {
    const k = (shift + hue / 30) % 12
    return Math.round(255 * (lightness - spread * Math.max(-1, Math.min(k - 3, 9 - k, 1))))
  }
  return [channel(0), channel(8), channel(4)]
}

/** Colour by class index. Hidden classes, classes outside the palette and ignore (255) are transparent; `solo` hides the rest. */
export function classLut(
  palette: readonly Rgb[],
  hidden: ReadonlySet<number> = new Set(),
  solo: number | null = null,
): Uint32Array {
  const lut = new Uint32Array(256)
  palette.slice(0, 255).forEach((colour, index) => {
    if (solo === null ? !hidden.has(index) : solo === index) lut[index] = packRgba(...colour)
  })
  return lut
}

function rampLut(ramp: (t: number) => Rgb, alpha: (t: number) => number): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, index) =>
    packRgba(...ramp(index / 255), Math.round(255 * alpha(index / 255))),
  )
}

/** d3 gives `#rrggbb` or `rgb(r, g, b)` depending on the scale. */
function parsed(css: string): Rgb {
  const hex = /^#(..)(..)(..)$/.exec(css)
  const parts = hex ? hex.slice(1).map((part) => parseInt(part, 16)) : css.match(/\d+/g)?.map(Number)
  const [red, green, blue] = parts ?? []
  if (red === undefined || green === undefined || blue === undefined)
    throw new AppError('internal', `"${css}" is not a colour of a d3 scale`)
  return [red, green, blue]
}

const opaque = (): number => 1

/** Depth: near is dark, far is bright. */
export const DEPTH_LUT = rampLut((t) => parsed(interpolateViridis(t)), opaque)

/** Stripes over depths nearer or farther than the shown range. Light on the dark end, dark on the bright one. */
export const BELOW_WINDOW = packRgba(64, 196, 255)
export const ABOVE_WINDOW = packRgba(196, 40, 27)

/** Attention: zero is transparent, and a fifth of the range is enough to be seen. */
export const ATTENTION_LUT = rampLut(
  (t) => parsed(interpolateInferno(t)),
  (t) => Math.min(1, t * 2.5) * 0.9,
)

/** Probability as the strength of one colour, so that a sure value stands out on any photo. */
export const BOUNDARY_LUT = rampLut(
  () => [255, 255, 255],
  (t) => t,
)
export const SALIENCY_LUT = rampLut(
  () => [255, 122, 89],
  (t) => t,
)

/** Signed difference: blue below, transparent at zero, red above; the sign can be told by colour-blind eyes. */
export const DIFFERENCE_LUT = rampLut(
  (t) => (t < 0.5 ? [61, 134, 255] : [255, 84, 61]),
  (t) => 0.85 * Math.abs(2 * t - 1) ** 0.7,
)

/** A unit vector as the usual RGB, (n + 1) / 2 per channel. */
export function normalColour(x: number, y: number, z: number): number {
  return packRgba(byte(x), byte(y), byte(z))
}
function byte(component: number): number {
  return Math.max(0, Math.min(255, Math.round((component + 1) * 127.5)))
}

/** CSS `linear-gradient` stops of a ramp, with its alpha, for legends. */
export function rampStops(lut: Uint32Array, stops = 16): string {
  return Array.from({ length: stops }, (_, index) => {
    const packed = lut[Math.round((index / (stops - 1)) * 255)] ?? 0
    const alpha = (packed >>> 24) / 255
    return `rgb(${packed & 255} ${(packed >>> 8) & 255} ${(packed >>> 16) & 255} / ${alpha.toFixed(3)})`
  }).join(', ')
}
