import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../test/support/temporary'
import { readPhotoFile, thumbnailOf } from './photo'
import { encodePng, plainPng } from './png'

describe('photos', () => {
  it('reads an RGB PNG exactly', async () => {
    const path = join(await temporaryFolder(), 'x.png')
    const data = Uint8Array.from({ length: 36 }, (_, i) => i * 7)
    await writeFile(path, await encodePng(plainPng({ width: 4, height: 3 }, 'rgb', 8, data)))
    expect(await readPhotoFile(path, 'x.png')).toEqual({ width: 4, height: 3, data })
  })

  it('widens grey to three channels and drops alpha', async () => {
    const path = join(await temporaryFolder(), 'x.png')
    await writeFile(
      path,
      await encodePng({
        ...plainPng({ width: 1, height: 1 }, 'grey', 8, Uint8Array.of(9, 100)),
        colour: 'grey-alpha',
      }),
    )
    expect((await readPhotoFile(path, 'x.png')).data).toEqual(Uint8Array.of(9, 9, 9))
  })

  it('reads the high byte of 16-bit photos, in colour and in grey', async () => {
    const path = join(await temporaryFolder(), 'x.png')
    const size = { width: 64, height: 2 }
    for (const [colour, channels] of [
      ['rgb', 3],
      ['grey', 1],
    ] as const) {
      const data = Uint16Array.from({ length: 128 * channels }, (_, i) => (i * 511) % 65536)
      await writeFile(path, await encodePng(plainPng(size, colour, 16, data)))
      const expected = channels === 3 ? [...data] : [...data].flatMap((value) => [value, value, value])
      expect([...(await readPhotoFile(path, 'x.png')).data]).toEqual(expected.map((value) => value >> 8))
    }
  })

  it('turns a JPEG upright', async () => {
    const path = join(await temporaryFolder(), 'x.jpg')
    const image = sharp({ create: { width: 20, height: 10, channels: 3, background: '#c02010' } })
    await image.jpeg().withMetadata({ orientation: 6 }).toFile(path)
    const { width, height } = await readPhotoFile(path, 'x.jpg')
    expect([width, height]).toEqual([10, 20])
  })

  it('names a damaged or missing photo', async () => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'x.png'), 'not a picture')
    await expect(readPhotoFile(join(folder, 'x.png'), 'images/x.png')).rejects.toMatchObject({
      code: 'file_malformed',
      message: expect.stringContaining('images/x.png') as string,
    })
    await expect(readPhotoFile(join(folder, 'y.png'), 'y.png')).rejects.toMatchObject({
      code: 'file_missing',
    })
  })

  it('makes thumbnails of a given width, never larger than the photo', async () => {
    const path = join(await temporaryFolder(), 'x.png')
    await writeFile(
      path,
      await encodePng(plainPng({ width: 40, height: 20 }, 'rgb', 8, new Uint8Array(2400))),
    )
    const small = await sharp(await thumbnailOf(path, 'x', 16)).metadata()
    expect([small.format, small.width, small.height]).toEqual(['webp', 16, 8])
    expect((await sharp(await thumbnailOf(path, 'x', 192)).metadata()).width).toBe(40)
  })
})
