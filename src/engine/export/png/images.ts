import type { ClassMap, ProbabilityMap, ScalarMap, VectorMap } from '../../../shared/maps'
import { IGNORE_CLASS } from '../../../shared/maps'
import { plainPng, type PngImage } from '../../codecs/png'
import { paletteBytes, type Palette } from './palettes'

/** A picture, and the largest difference between what it holds and the map, clipped pixels left out. */
export interface Picture {
  readonly image: PngImage
  readonly difference: number
}
type Samples = Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer>

/** Words for the report, with a count of pixels before them. */
export const CLIPPED = 'depth pixels beyond 65.535 m were clipped to it'
export const RAISED = 'depth pixels nearer than 0.5 mm were raised to 1 mm, since 0 means invalid'

/** 8-bit palette PNG. */
export function classImage(map: ClassMap, palette: Palette, classes: number): Picture {
  const { offset, ignore } = palette
  const data = new Uint8Array(map.data.length)
  for (let i = 0; i < data.length; i++)
    data[i] = map.data[i] === IGNORE_CLASS ? ignore : map.data[i]! + offset
  const plain = plainPng(map, 'grey', 8, data)
  return { image: { ...plain, colour: 'palette', palette: paletteBytes(palette, classes) }, difference: 0 }
}

/** 16-bit grey PNG of millimetres, 0 = invalid. */
export function depthImage(map: ScalarMap): Picture & { clipped: number; raised: number } {
  const data = new Uint16Array(map.data.length)
  let [clipped, raised, difference] = [0, 0, 0]
  for (let i = 0; i < data.length; i++) {
    const metres = map.data[i]!
    if (!(metres > 0)) continue
    const millimetres = Math.round(metres * 1000)
    data[i] = Math.min(65535, Math.max(1, millimetres))
    if (millimetres > 65535) clipped++
    else if (millimetres < 1) raised++
    else difference = Math.max(difference, Math.abs(metres - millimetres / 1000))
  }
  return { image: plainPng(map, 'grey', 16, data), difference, clipped, raised }
}

/** RGB PNG n = 2 p / (2^bits - 1) - 1, and a grey PNG with 255 where the vector is valid. */
export function normalsImages(map: VectorMap, bits: 8 | 16): [Picture, Picture] {
  const steps = 2 ** bits - 1
  const data = samples(bits, map.data.length)
  const valid = new Uint8Array(map.width * map.height)
  let difference = 0
  for (let i = 0, pixel = 0; i < data.length; i += 3, pixel++) {
    const isValid = map.data[i] !== 0 || map.data[i + 1] !== 0 || map.data[i + 2] !== 0
    valid[pixel] = isValid ? 255 : 0
    for (let c = i; c < i + 3; c++) {
      const value = Math.min(1, Math.max(-1, map.data[c]!))
      data[c] = Math.round(((value + 1) / 2) * steps)
      if (isValid) difference = Math.max(difference, Math.abs((2 * data[c]!) / steps - 1 - value))
    }
  }
  return [
    { image: plainPng(map, 'rgb', bits, data), difference },
    { image: plainPng(map, 'grey', 8, valid), difference: 0 },
  ]
}

/** Grey PNG, probability = value / (2^bits - 1). */
export function probabilityImage(map: ProbabilityMap, bits: 8 | 16): Picture {
  const steps = 2 ** bits - 1
  const data = samples(bits, map.data.length)
  let difference = 0
  for (let i = 0; i < data.length; i++) {
    const value = Math.min(1, Math.max(0, map.data[i]!))
    data[i] = Math.round(value * steps)
    difference = Math.max(difference, Math.abs(data[i]! / steps - value))
  }
  return { image: plainPng(map, 'grey', bits, data), difference }
}

function samples(bits: 8 | 16, length: number): Samples {
  return bits === 8 ? new Uint8Array(length) : new Uint16Array(length)
}
