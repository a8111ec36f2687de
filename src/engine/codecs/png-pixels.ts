import { setImmediate as nextTick } from 'node:timers/promises'
import { AppError } from '../../shared/errors'
import { channelsOfColour, type PngHeader } from './png-chunks'

/** One sample per entry; 1, 2 and 4-bit samples are unpacked, palette entries stay indices. */
export type PngSamples = Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer>

/** Rows are undone this many bytes at a time, so that a large file does not hold up other requests. */
const SLICE = 4 * 1024 * 1024

interface Pass {
  readonly x: number
  readonly y: number
  readonly dx: number
  readonly dy: number
}
const WHOLE: readonly Pass[] = [{ x: 0, y: 0, dx: 1, dy: 1 }]
/** PNG specification, 8.2: the seven reduced images of an interlaced file. */
const ADAM7: readonly Pass[] = [
  { x: 0, y: 0, dx: 8, dy: 8 },
  { x: 4, y: 0, dx: 8, dy: 8 },
  { x: 0, y: 4, dx: 4, dy: 8 },
  { x: 2, y: 0, dx: 4, dy: 4 },
  { x: 0, y: 2, dx: 2, dy: 4 },
  { x: 1, y: 0, dx: 2, dy: 2 },
  { x: 0, y: 1, dx: 1, dy: 2 },
]

function passesOf({ width, height, interlaced }: PngHeader): (Pass & { columns: number; rows: number })[] {
  return (interlaced ? ADAM7 : WHOLE)
    .map((pass) => ({
      ...pass,
      columns: Math.ceil((width - pass.x) / pass.dx),
      rows: Math.ceil((height - pass.y) / pass.dy),
    }))
    .filter((pass) => pass.columns > 0 && pass.rows > 0)
}

function rowBytes(header: PngHeader, columns: number): number {
  return Math.ceil((columns * channelsOfColour(header.colour) * header.depth) / 8)
}

/** Bytes of the inflated image data, filter bytes included. */
export function filteredSize(header: PngHeader): number {
  return passesOf(header).reduce((sum, pass) => sum + pass.rows * (1 + rowBytes(header, pass.columns)), 0)
}

/** Undoes filters, interlacing and packing. `filtered` has exactly `filteredSize` bytes and is overwritten. */
export async function unfilter(header: PngHeader, filtered: Uint8Array, file: string): Promise<PngSamples> {
  const channels = channelsOfColour(header.colour)
  const size = header.width * header.height * channels
  const samples = header.depth === 16 ? new Uint16Array(size) : new Uint8Array(size)
  const pixelBytes = Math.max(1, (channels * header.depth) / 8)
  let at = 0
  let sinceTick = 0
  for (const pass of passesOf(header)) {
    const length = rowBytes(header, pass.columns)
    let previous: Uint8Array = new Uint8Array(length)
    for (let row = 0; row < pass.rows; row++) {
      const line = filtered.subarray(at + 1, at + 1 + length)
      unfilterRow(filtered[at] ?? 0, line, previous, pixelBytes, file)
      const target = (pass.y + row * pass.dy) * header.width + pass.x
      unpackRow(header.depth, channels, line, pass.columns, samples, target, pass.dx)
      previous = line
      at += 1 + length
      sinceTick += length
      if (sinceTick > SLICE) {
        sinceTick = 0
        await nextTick()
      }
    }
  }
  return samples
}

/** PNG specification, 9.2: reverses one row's filter in place. */
function unfilterRow(filter: number, line: Uint8Array, above: Uint8Array, pixel: number, file: string): void {
  const length = line.length
  if (filter === 0) return
  if (filter === 1) for (let i = pixel; i < length; i++) line[i]! += line[i - pixel]!
  else if (filter === 2) for (let i = 0; i < length; i++) line[i]! += above[i]!
  else if (filter === 3)
    for (let i = 0; i < length; i++) line[i]! += ((i < pixel ? 0 : line[i - pixel]!) + above[i]!) >> 1
  else if (filter === 4)
    for (let i = 0; i < length; i++)
      line[i]! += i < pixel ? above[i]! : paeth(line[i - pixel]!, above[i]!, above[i - pixel]!)
  else throw new AppError('file_malformed', `${file}: row filter ${filter} is not defined by PNG`)
}

function paeth(left: number, up: number, corner: number): number {
  const estimate = left + up - corner
  const [a, b, c] = [Math.abs(estimate - left), Math.abs(estimate - up), Math.abs(estimate - corner)]
  return a <= b && a <= c ? left : b <= c ? up : corner
}

/** Spreads one row's samples over `samples`, from pixel `target` on in steps of `step` pixels. */
function unpackRow(
  depth: number,
  channels: number,
  line: Uint8Array,
  columns: number,
  samples: PngSamples,
  target: number,
  step: number,
): void {
  if (depth === 8 && step === 1) return samples.set(line, target * channels)
  const perByte = 8 / depth
  const mask = (1 << depth) - 1
  for (let column = 0; column < columns; column++)
    for (let channel = 0; channel < channels; channel++) {
      const index = column * channels + channel
      const value =
        depth === 16
          ? (line[index * 2]! << 8) | line[index * 2 + 1]!
          : depth === 8
            ? line[index]!
            : (line[Math.floor(index / perByte)]! >> (8 - depth * ((index % perByte) + 1))) & mask
      samples[(target + column * step) * channels + channel] = value
    }
}

/** Packs samples into filtered rows. Rows of several channels are stored as differences to the row above (filter 2). */
export async function filterRows(header: PngHeader, samples: PngSamples): Promise<Uint8Array<ArrayBuffer>> {
  const channels = channelsOfColour(header.colour)
  const perRow = header.width * channels
  const length = rowBytes(header, header.width)
  const out = new Uint8Array(filteredSize(header))
  const usesUp = channels > 1
  for (let y = 0, sinceTick = 0; y < header.height; y++) {
    const start = y * (1 + length) + 1
    packRow(header.depth, samples, y * perRow, perRow, out, start)
    sinceTick += length
    if (sinceTick > SLICE) {
      sinceTick = 0
      await nextTick()
    }
  }
  // From the last row up, so that the row above still holds its own values.
  for (let y = header.height - 1; usesUp && y >= 0; y--) {
    const start = y * (1 + length) + 1
    out[start - 1] = 2
    if (y > 0) for (let i = start; i < start + length; i++) out[i]! -= out[i - 1 - length]!
  }
  return out
}

function packRow(
  depth: number,
  samples: PngSamples,
  from: number,
  count: number,
  out: Uint8Array,
  to: number,
): void {
  if (depth === 8) return out.set(samples.subarray(from, from + count), to)
  const perByte = 8 / depth
  for (let i = 0; i < count; i++) {
    const value = samples[from + i]!
    if (depth === 16) {
      out[to + i * 2] = value >> 8
      out[to + i * 2 + 1] = value & 255
    } else out[to + Math.floor(i / perByte)]! |= value << (8 - depth * ((i % perByte) + 1))
  }
}
