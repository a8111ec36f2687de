import * as fastPng from 'fast-png'
import { crc32, deflateSync, inflateSync } from 'node:zlib'
import { decodePng, encodePng, plainPng, type PngImage } from '../../src/engine/codecs/png'
import { readPngHeader } from '../../src/engine/codecs/png-chunks'
import { below, joined, mutate, pick, type Random } from './mutate'

const SIZE = { width: 9, height: 7 }

async function corpus(): Promise<Uint8Array[]> {
  const grey = Uint8Array.from({ length: 63 }, (_, i) => (i * 5) % 200)
  const bits = (depth: 1 | 2 | 4): PngImage =>
    plainPng(
      SIZE,
      'grey',
      depth,
      grey.map((value) => value % 2 ** depth),
    )
  const rgb = Uint8Array.from({ length: 189 }, (_, i) => (i * 37) % 256)
  const palette = Uint8Array.from({ length: 48 }, (_, i) => i)
  const own = await Promise.all(
    [
      plainPng(SIZE, 'grey', 8, grey),
      plainPng(
        SIZE,
        'grey',
        16,
        Uint16Array.from(grey, (value) => value * 300),
      ),
      bits(1),
      bits(2),
      bits(4),
      plainPng(SIZE, 'rgb', 8, rgb),
      { ...bits(4), colour: 'palette' as const, palette, transparency: Uint8Array.of(0, 9) },
    ].map(encodePng),
  )
  const interlaced = fastPng.encode({ ...SIZE, data: rgb, depth: 8, channels: 3 }, { interlace: 'Adam7' })
  return [...own, Uint8Array.from(interlaced)]
}

/** A mutated file; often its checksums are made right again, or its pixels are changed before they are compressed. */
function next(files: readonly Uint8Array[], random: Random): Uint8Array {
  const file = pick(random, files)
  const style = below(random, 3)
  if (style === 0) return mutate(file, files, random)
  if (style === 1) return withChecksums(mutate(file, files, random))
  const at = Buffer.from(file).indexOf('IDAT') - 4
  const length = new DataView(file.buffer, file.byteOffset).getUint32(at)
  const pixels = mutate(inflateSync(file.subarray(at + 8, at + 8 + length)), files, random)
  const header = random() < 0.3 ? mutate(file.subarray(8, at), files, random) : file.subarray(8, at)
  const packed = deflateSync(pixels)
  const tag = Buffer.alloc(8)
  tag.writeUInt32BE(packed.length)
  tag.write('IDAT', 4)
  return withChecksums(
    joined(file.subarray(0, 8), header, tag, packed, new Uint8Array(4), file.subarray(at + 12 + length)),
  )
}

function withChecksums(file: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const view = new DataView(file.buffer)
  for (let at = 8; at + 12 <= file.length;) {
    const length = view.getUint32(at)
    if (at + 12 + length > file.length) break
    view.setUint32(at + 8 + length, crc32(file.subarray(at + 4, at + 8 + length)))
    at += 12 + length
  }
  return file
}

export const png = {
  corpus,
  next,
  async read(bytes: Uint8Array): Promise<void> {
    const image = await decodePng(bytes, 'x.png')
    readPngHeader(bytes.subarray(0, 512), 'x.png')
    if (
      !(await decodePng(await encodePng(image), 'x.png')).data.every((value, at) => value === image.data[at])
    )
      throw new Error('a decoded PNG is not written as it was read')
  },
}
