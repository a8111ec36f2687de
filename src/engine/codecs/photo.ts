import sharp, { type Sharp } from 'sharp'
import { AppError } from '../../shared/errors'
import type { RgbImage } from '../../shared/image'
import { MAX_PIXELS } from '../../shared/maps'

/** Colour photos only: sharp changes label values (palettes, 16 bits), labels go through `png.ts`. */
function open(path: string): Sharp {
  return sharp(path, { limitInputPixels: MAX_PIXELS, failOn: 'truncated' }).autoOrient()
}

/** Decodes a PNG or JPEG upright as 8-bit sRGB, alpha dropped. Throws `file_malformed`, `file_too_large`. */
export async function readPhotoFile(path: string, file: string): Promise<RgbImage> {
  const { data, info } = await attempt(file, () =>
    open(path)
      .removeAlpha()
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true }),
  )
  const { width, height, channels } = info
  if (channels === 3)
    return { width, height, data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice() }
  throw new AppError('file_unsupported', `${file} decodes to ${channels} channels; a photo needs 3`)
}

/** A WebP of the upright photo, `width` pixels wide at most. Throws as `readPhotoFile`. */
export async function thumbnailOf(
  path: string,
  file: string,
  width: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const buffer = await attempt(file, () =>
    open(path).resize({ width, withoutEnlargement: true }).webp({ quality: 80 }).toBuffer(),
  )
  return Uint8Array.from(buffer)
}

async function attempt<T>(file: string, decode: () => Promise<T>): Promise<T> {
  try {
    return await decode()
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    if (/pixel limit/i.test(reason))
      throw new AppError('file_too_large', `${file} has more than ${MAX_PIXELS} pixels`, undefined, { cause })
    if (/missing/i.test(reason))
      throw new AppError('file_missing', `${file} is missing`, undefined, { cause })
    throw new AppError('file_malformed', `${file} cannot be decoded: ${reason}`, undefined, { cause })
  }
}
