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

/** Undoes filters, interlacing and packing. `filtered` has exactly `filteredSize` bytes. */
export async function unfilter(header: PngHeader, filtered: Uint8Array, file: string): Promise<PngSamples> {
  const channels = channelsOfColour(header.colour)
  const size = header.width * header.height * channels
  const pixelBytes = Math.max(1, (channels * header.depth) / 8)
  const isPlain = header.depth === 8 && !header.interlaced
  const samples = header.depth === 16 ? new Uint16Array(size) : new Uint8Array(size)
  let at = 0
  for (const pass of passesOf(header)) {
    const length = rowBytes(header, pass.columns)
    // Plain bytes go straight to their place.
    const bytes = isPlain && samples instanceof Uint8Array ? samples : new Uint8Array(length * pass.rows)
    const rowsAtOnce = Math.max(1, Math.floor(SLICE / length))
    for (let row = 0; row < pass.rows; row++) {
      const [from, to] = [at + row * (1 + length), row * length]
      unfilterRow(filtered[from]!, filtered, from + 1, bytes, to, length, pixelBytes, file)
      if (!isPlain) {
        const target = (pass.y + row * pass.dy) * header.width + pass.x
        unpackRow(
          header.depth,
          channels,
          bytes.subarray(to, to + length),
          pass.columns,
          samples,
          target,
          pass.dx,
        )
      }
      if ((row + 1) % rowsAtOnce === 0) await nextTick()
    }
    at += pass.rows * (1 + length)
  }
  return samples
}

/**
 * Reverses one row's filter (PNG specification, 9.2): `length` bytes of `from` at `f` to `to` at `t`, where the row
 * above, if there is one, ends. Loops without calls and views: they run once per byte of every label.
 */
function unfilterRow(
  filter: number,
  from: Uint8Array,
  f: number,
  to: Uint8Array,
  t: number,
  length: number,
  pixel: number,
  file: string,
): void {
  const isFirst = t === 0
  if (filter === 0 || (filter === 2 && isFirst)) to.set(from.subarray(f, f + length), t)
  else if (filter === 1 || (filter === 4 && isFirst))
    for (let channel = 0; channel < pixel; channel++)
      // Carrying the sum is faster than reading back what was just written.
      for (let i = channel, left = 0; i < length; i += pixel) to[t + i] = left = (from[f + i]! + left) & 255
  else if (filter === 2) unfilterUp(from, f, to, t, length)
  else if (filter === 3)
    for (let i = 0; i < length; i++) {
      const up = isFirst ? 0 : to[t + i - length]!
      to[t + i] = from[f + i]! + (((i < pixel ? 0 : to[t + i - pixel]!) + up) >> 1)
    }
  else if (filter === 4)
    for (let channel = 0; channel < pixel; channel++) unfilterPaeth(from, f, to, t, length, pixel, channel)
  else throw new AppError('file_malformed', `${file}: row filter ${filter} is not defined by PNG`)
}

/** Filter 2. Where rows lie aligned, four bytes are added at once: carries are kept from crossing into the next byte. */
function unfilterUp(from: Uint8Array, f: number, to: Uint8Array, t: number, length: number): void {
  if (length % 4 !== 0 || (to.byteOffset + t) % 4 !== 0) {
    for (let i = 0; i < length; i++) to[t + i] = from[f + i]! + to[t + i - length]!
    return
  }
  to.set(from.subarray(f, f + length), t)
  const words = length / 4
  const both = new Int32Array(to.buffer, to.byteOffset + t - length, 2 * words)
  for (let i = 0; i < words; i++) {
    const [above, here] = [both[i]!, both[i + words]!]
    both[i + words] = ((above & 0x7f7f7f7f) + (here & 0x7f7f7f7f)) ^ ((above ^ here) & 0x80808080)
  }
}

/**
 * Filter 4 for every `pixel`th byte; the neighbours left and above left are carried along. Where two neighbours are
 * equal, as in most of a label, the third is the estimate.
 */
function unfilterPaeth(
  from: Uint8Array,
  f: number,
  to: Uint8Array,
  t: number,
  length: number,
  pixel: number,
  channel: number,
): void {
  let left = 0
  let corner = 0
  for (let i = channel; i < length; i += pixel) {
    const up = to[t + i - length]!
    let estimate = left
    if (left === corner) estimate = up
    else if (up !== corner) {
      const a = Math.abs(up - corner)
      const b = Math.abs(left - corner)
      const c = Math.abs(left + up - 2 * corner)
      estimate = a <= b && a <= c ? left : b <= c ? up : corner
    }
    left = (from[f + i]! + estimate) & 255
    to[t + i] = left
    corner = up
  }
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
