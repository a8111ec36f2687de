import sharp from 'sharp'
import { AppError } from '../../../shared/errors'
import type { RgbImage } from '../../../shared/image'
import { decodePng, encodePng, plainPng } from '../../codecs/png'
import { ownBytes } from '../../files/safe-path'
import { expectEqual } from '../check'
import type { Encoded, EncodedFile } from '../format'

/** Containers the layouts ask for. */
export type PhotoExtension = 'jpg' | 'png'

/** A photo in the container that `file` names: PNG keeps every pixel, JPEG is of quality 95 without colour subsampling. */
export async function encodePhoto(photo: RgbImage, file: string): Promise<Encoded> {
  const encoded = file.endsWith('.png') ? await asPng(photo, file) : await asJpeg(photo, file)
  return { files: [encoded], correction: null, lost: {} }
}

async function asPng({ width, height, data }: RgbImage, file: string): Promise<EncodedFile> {
  return {
    file,
    bytes: await encodePng(plainPng({ width, height }, 'rgb', 8, data)),
    check: async (readBack) => expectEqual(file, data, (await decodePng(readBack, file)).data),
  }
}

async function asJpeg({ width, height, data }: RgbImage, file: string): Promise<EncodedFile> {
  const raw = { width, height, channels: 3 } as const
  const jpeg = await sharp(data, { raw }).jpeg({ quality: 95, chromaSubsampling: '4:4:4' }).toBuffer()
  return {
    file,
    bytes: ownBytes(jpeg),
    async check(readBack) {
      const found = await sharp(readBack).raw().toBuffer({ resolveWithObject: true })
      expectEqual(file, [found.info.width, found.info.height], [width, height])
      let largest = 0
      for (let i = 0; i < data.length; i++) largest = Math.max(largest, Math.abs(data[i]! - found.data[i]!))
      if (largest <= JPEG_TOLERANCE) return 0
      throw new AppError('export_mismatch', `${file} read back differs from the photo by ${largest} of 255`)
    },
  }
}
/** No photograph changes this much at quality 95; a wrong picture does. */
const JPEG_TOLERANCE = 128
