import fc from 'fast-check'
import * as fastPng from 'fast-png'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { python, pythonHas } from '../../../test/support/python'
import { temporaryFolder } from '../../../test/support/temporary'
import { AppError } from '../../shared/errors'
import { decodePng, encodePng, plainPng, type PngImage } from './png'
import { channelsOfColour, pngHeaderChunk, readPngHeader, writePngChunks, type PngColour } from './png-chunks'

const FORMATS = [
  ['grey', 1],
  ['grey', 2],
  ['grey', 4],
  ['grey', 8],
  ['grey', 16],
  ['palette', 1],
  ['palette', 2],
  ['palette', 4],
  ['palette', 8],
  ['rgb', 8],
  ['rgb', 16],
  ['grey-alpha', 8],
  ['grey-alpha', 16],
  ['rgba', 8],
  ['rgba', 16],
] as const

const anyImage: fc.Arbitrary<PngImage> = fc
  .tuple(fc.constantFrom(...FORMATS), fc.integer({ min: 1, max: 19 }), fc.integer({ min: 1, max: 11 }))
  .chain(([[colour, depth], width, height]) => {
    const count = width * height * channelsOfColour(colour)
    const samples = fc.array(fc.integer({ min: 0, max: 2 ** depth - 1 }), {
      minLength: count,
      maxLength: count,
    })
    const palette =
      colour === 'palette' ? Uint8Array.from({ length: 3 * 2 ** depth }, (_, i) => i % 256) : null
    return samples.map((values) => ({
      width,
      height,
      colour,
      depth,
      data: depth === 16 ? Uint16Array.from(values) : Uint8Array.from(values),
      palette,
      transparency: null,
    }))
  })

const small = (): PngImage => plainPng({ width: 3, height: 2 }, 'grey', 8, Uint8Array.of(0, 1, 40, 255, 7, 9))

async function codeOf(work: () => unknown): Promise<string> {
  try {
    await work()
  } catch (error) {
    if (error instanceof AppError) return error.code
    throw error
  }
  return 'decoded'
}

describe('PNG codec', () => {
  it('round-trips every colour type and bit depth exactly', async () => {
    await fc.assert(
      fc.asyncProperty(anyImage, async (image) => {
        expect(await decodePng(await encodePng(image), 'x.png')).toEqual(image)
      }),
      { numRuns: 300 },
    )
  })

  it('is read by fast-png as it was written', async () => {
    await fc.assert(
      fc.asyncProperty(anyImage, async (image) => {
        const other = fastPng.decode(await encodePng(image), { checkCrc: true })
        expect([other.width, other.height, other.depth]).toEqual([image.width, image.height, image.depth])
        // fast-png leaves 1, 2 and 4-bit rows packed.
        if (image.depth >= 8) expect([...other.data]).toEqual([...image.data])
      }),
      { numRuns: 100 },
    )
  })

  it('reads interlaced and plain files of fast-png', async () => {
    const size = { width: 13, height: 9 }
    const data = Uint8Array.from({ length: 13 * 9 * 3 }, (_, i) => (i * 37) % 256)
    for (const interlace of ['Adam7', 'null'] as const) {
      const bytes = fastPng.encode({ ...size, data, depth: 8, channels: 3 }, { interlace })
      expect(readPngHeader(bytes, 'x.png').interlaced).toBe(interlace === 'Adam7')
      expect((await decodePng(bytes, 'x.png')).data).toEqual(data)
    }
  })

  it('keeps palette and transparency', async () => {
    const palette = Uint8Array.of(0, 0, 0, 10, 20, 30, 10, 20, 30)
    const image: PngImage = {
      ...small(),
      colour: 'palette',
      depth: 2,
      data: Uint8Array.of(0, 1, 2, 2, 1, 0),
      palette,
      transparency: Uint8Array.of(0),
    }
    expect(await decodePng(await encodePng(image), 'x.png')).toEqual(image)
  })

  it('refuses samples that do not fit the depth', async () => {
    const image: PngImage = { ...small(), depth: 4 }
    expect(await codeOf(() => encodePng(image))).toBe('value_out_of_range')
  })

  it('names truncation at every length', async () => {
    const bytes = await encodePng(small())
    for (let length = 0; length < bytes.length; length++)
      expect(['file_truncated', 'file_malformed']).toContain(
        await codeOf(() => decodePng(bytes.subarray(0, length), 'x.png')),
      )
  })

  it('detects every changed byte', async () => {
    const bytes = await encodePng(small())
    for (let at = 0; at < bytes.length; at++) {
      const broken = bytes.slice()
      broken[at]! ^= 0x5a
      expect(['file_malformed', 'file_truncated', 'file_too_large']).toContain(
        await codeOf(() => decodePng(broken, 'x.png')),
      )
    }
  })

  const withImageData = (width: number, height: number, colour: PngColour, idat: Uint8Array): Uint8Array =>
    writePngChunks([
      pngHeaderChunk({ width, height, colour, depth: 8, interlaced: false }),
      { type: 'IDAT', data: idat },
    ])

  it('refuses huge sizes before allocating and image data longer than declared', async () => {
    const bomb = deflateSync(new Uint8Array(20_000_000))
    expect(await codeOf(() => decodePng(withImageData(100_000, 100_000, 'grey', bomb), 'x.png'))).toBe(
      'file_too_large',
    )
    expect(await codeOf(() => decodePng(withImageData(2, 2, 'grey', bomb), 'x.png'))).toBe('file_malformed')
    expect(
      await codeOf(() => decodePng(withImageData(2, 2, 'grey', deflateSync(new Uint8Array(3))), 'x.png')),
    ).toBe('file_truncated')
    expect(
      await codeOf(() => decodePng(withImageData(1, 1, 'grey', deflateSync(Uint8Array.of(9, 0))), 'x.png')),
    ).toBe('file_malformed')
  })
})

describe.skipIf(!pythonHas('PIL', 'numpy'))(
  'PNG codec beside Pillow (skipped without python3, Pillow, numpy)',
  () => {
    it('reads what Pillow writes: grey 1, 8 and 16 bit, palette, RGB', async () => {
      const folder = await temporaryFolder()
      const expected = python(
        `
import sys, json, numpy as np
from PIL import Image
d = sys.argv[1]; r = np.random.RandomState(3); out = {}
g = r.randint(0, 256, (7, 5)).astype('u1'); Image.fromarray(g).save(d + '/g8.png'); out['g8'] = g.ravel().tolist()
w = r.randint(0, 65536, (7, 5)).astype('u2'); Image.fromarray(w).save(d + '/g16.png'); out['g16'] = w.ravel().tolist()
b = r.randint(0, 2, (7, 5)).astype('u1'); Image.fromarray(b * 255).convert('1').save(d + '/g1.png'); out['g1'] = b.ravel().tolist()
p = r.randint(0, 16, (7, 5)).astype('u1'); im = Image.fromarray(p).convert('P'); im.putdata(p.ravel().tolist())
im.putpalette([i // 3 * 5 for i in range(48)]); im.save(d + '/p.png', bits=4); out['p'] = p.ravel().tolist()
c = r.randint(0, 256, (7, 5, 3)).astype('u1'); Image.fromarray(c).save(d + '/rgb.png'); out['rgb'] = c.ravel().tolist()
print(json.dumps(out))`,
        folder,
      )
      for (const [name, values] of Object.entries(JSON.parse(expected) as Record<string, number[]>)) {
        const image = await decodePng(await readFile(join(folder, `${name}.png`)), name)
        expect([...image.data], name).toEqual(values)
      }
    })

    it('is read by Pillow as it was written', async () => {
      const folder = await temporaryFolder()
      const palette = Uint8Array.from({ length: 123 }, (_, i) => i)
      const grey = Uint8Array.from({ length: 35 }, (_, i) => i)
      const images: Record<string, PngImage> = {
        grey: plainPng({ width: 5, height: 7 }, 'grey', 8, grey),
        wide: plainPng(
          { width: 5, height: 7 },
          'grey',
          16,
          Uint16Array.from(grey, (value) => value * 1800),
        ),
        rgb: plainPng(
          { width: 5, height: 7 },
          'rgb',
          8,
          Uint8Array.from({ length: 105 }, (_, i) => i * 2),
        ),
        palette: { ...plainPng({ width: 5, height: 7 }, 'grey', 8, grey), colour: 'palette', palette },
      }
      for (const [name, image] of Object.entries(images)) {
        await writeFile(join(folder, 'x.png'), await encodePng(image))
        const read: unknown = JSON.parse(
          python(
            'import sys, json, numpy as np\nfrom PIL import Image\nprint(json.dumps(np.array(Image.open(sys.argv[1])).ravel().tolist()))',
            join(folder, 'x.png'),
          ),
        )
        expect(read, name).toEqual([...image.data])
      }
    })
  },
)
