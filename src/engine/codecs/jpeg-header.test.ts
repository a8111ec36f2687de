import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { isCompleteJpeg, readJpegHeader } from './jpeg-header'

async function photo(orientation?: number): Promise<Uint8Array> {
  const image = sharp({ create: { width: 40, height: 30, channels: 3, background: '#336699' } })
  return Uint8Array.from(
    await (orientation ? image.withMetadata({ orientation }) : image).jpeg({ progressive: true }).toBuffer(),
  )
}

describe('the header of a JPEG', () => {
  it('gives the size of the upright photo for every orientation', async () => {
    expect(readJpegHeader(await photo(), 'x')).toEqual({ width: 40, height: 30, orientation: 1 })
    for (let orientation = 1; orientation <= 8; orientation++) {
      const bytes = await photo(orientation)
      const { width, height } = await sharp(bytes)
        .autoOrient()
        .toBuffer({ resolveWithObject: true })
        .then(({ info }) => info)
      expect(readJpegHeader(bytes, 'x')).toEqual({ width, height, orientation })
    }
  })

  it('tells a file that is cut off at any length', async () => {
    const whole = await photo(6)
    expect(isCompleteJpeg(whole, 'x')).toBe(true)
    expect(isCompleteJpeg(Uint8Array.of(...whole, 1, 2, 3), 'x')).toBe(true)
    for (let length = 2; length < whole.length; length++) {
      const cut = whole.subarray(0, length)
      try {
        readJpegHeader(cut, 'x')
        expect(isCompleteJpeg(cut, 'x'), `${length}`).toBe(false)
      } catch (error) {
        expect(error).toMatchObject({ code: 'file_truncated' })
      }
    }
  })

  it('refuses what is no JPEG', () => {
    expect(() => readJpegHeader(Uint8Array.of(1, 2, 3), 'x')).toThrow(
      expect.objectContaining({ code: 'file_malformed' }),
    )
    expect(() => readJpegHeader(Uint8Array.of(0xff, 0xd8, 0xff, 0xd9, 0, 0), 'x')).toThrow(
      expect.objectContaining({ code: 'file_malformed' }),
    )
  })
})
