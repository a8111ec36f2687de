import { AppError } from '../../shared/errors'
import type { PixelRect, Size } from '../../shared/space'
import type { Placement, Target } from './tiled-raster'

/** The longest side of a block: what every graphics driver takes as one texture. */
const BLOCK = 4096

interface Block {
  readonly area: PixelRect
  readonly image: CanvasImageSource
}

/** A decoded photo as blocks that any canvas can draw, however long a side of the photo is. */
export class Photo {
  private constructor(
    readonly size: Size,
    private readonly blocks: readonly Block[],
  ) {}

  /** Decodes the photo at `url`. Rejects with `file_malformed` or, when there is no memory for it, `file_too_large`. */
  static async load(url: string): Promise<Photo> {
    const image = new Image()
    image.src = url
    try {
      await image.decode()
    } catch (cause) {
      throw new AppError('file_malformed', 'The browser cannot decode the photo.', undefined, { cause })
    }
    const size = { width: image.naturalWidth, height: image.naturalHeight }
    try {
      const blocks: Block[] = []
      for (const area of blocksOf(size)) {
        const { x, y, width, height } = area
        blocks.push({ area, image: await createImageBitmap(image, x, y, width, height) })
      }
      return new Photo(size, blocks)
    } catch (cause) {
      throw new AppError(
        'file_too_large',
        `The browser has no memory for the ${size.width}x${size.height} pixels of the photo.`,
        undefined,
        { cause },
      )
    }
  }

  /** Draws the blocks the clip shows; `scale` is device pixels per pixel of `shown`, the size the photo stands for. */
  draw(target: Target<CanvasImageSource>, shown: Size, { x, y, scale, clip }: Placement): void {
    const across = (shown.width / this.size.width) * scale
    const down = (shown.height / this.size.height) * scale
    for (const { area, image } of this.blocks) {
      // Whole device pixels, or the seams between blocks would show as hairlines.
      const left = Math.round(x + area.x * across)
      const top = Math.round(y + area.y * down)
      const width = Math.round(x + (area.x + area.width) * across) - left
      const height = Math.round(y + (area.y + area.height) * down) - top
      if (
        left < clip.x + clip.width &&
        left + width > clip.x &&
        top < clip.y + clip.height &&
        top + height > clip.y
      )
        target.drawImage(image, 0, 0, area.width, area.height, left, top, width, height)
    }
  }
}

/** Squares of at most `BLOCK` a side that cover the photo. */
export function blocksOf({ width, height }: Size): PixelRect[] {
  const blocks: PixelRect[] = []
  for (let y = 0; y < height; y += BLOCK)
    for (let x = 0; x < width; x += BLOCK)
      blocks.push({ x, y, width: Math.min(BLOCK, width - x), height: Math.min(BLOCK, height - y) })
  return blocks
}
