import type { RgbImage } from '../../../../shared/image'
import { createMask } from '../../../../shared/mask'
import { superpixels, type Superpixels } from '../../../../shared/selection/superpixels'
import { cellFromImage, type CellPoint, type PixelRect } from '../../../../shared/space'
import { lineCell } from '../../../../shared/raster'
import { defineTool, type ToolGesture } from '../tool'
import { selecting } from './selecting'

/** Superpixels are made block by block, when the pointer first comes there; so a large photo costs no more than a small one. */
const BLOCK = 512

interface Block extends PixelRect {
  readonly pixels: Superpixels
}
const BLOCKS = new WeakMap<RgbImage, Map<string, Block>>()

export const superpixel = defineTool({
  id: 'superpixel',
  label: 'Select superpixels',
  title: 'Superpixels',
  hint: 'Click or drag over patches of even colour.',
  icon: 'superpixel',
  key: 's',
  group: 'select',
  selects: true,
  params: {
    spacing: { kind: 'number', label: 'Patch size', initial: 16, min: 4, max: 64, step: 1, unit: 'px' },
    compactness: { kind: 'number', label: 'Compactness', initial: 1, min: 0.1, max: 5, step: 0.1, digits: 1 },
  },
  needs: () => [{ source: 'photo' }],
  begin(context, sample, modifiers): ToolGesture | null {
    const { photo, size, values } = context
    if (!photo) return null
    const { select } = selecting(context, modifiers, 'Select superpixels')
    const data = new Uint8Array(size.width * size.height)
    let last = cellFromImage(sample)
    /** Adds the superpixel at a pixel; false when it is there already. */
    const add = ({ x, y }: CellPoint): boolean => {
      if (x < 0 || y < 0 || x >= size.width || y >= size.height || data[y * size.width + x] === 1)
        return false
      const block = blockAt(photo, { x, y }, values)
      const { labels } = block.pixels
      const wanted = labels[(y - block.y) * block.width + x - block.x]
      for (let row = 0, at = 0; row < block.height; row++)
        for (let column = 0; column < block.width; column++, at++)
          if (labels[at] === wanted) data[(block.y + row) * size.width + block.x + column] = 1
      return true
    }
    const show = (): void => select(createMask(size, data.slice()))
    add(last)
    show()
    return {
      move: (samples) => {
        let changed = false
        for (const to of samples.map(cellFromImage)) {
          const steps = Math.max(Math.abs(to.x - last.x), Math.abs(to.y - last.y))
          for (let step = 1; step <= steps; step++) if (add(lineCell(last, to, step))) changed = true
          last = to
        }
        if (changed) show()
      },
      finish: () => undefined,
    }
  },
})

function blockAt(
  photo: RgbImage,
  { x, y }: CellPoint,
  options: { readonly spacing: number; readonly compactness: number },
): Block {
  const [left, top] = [Math.floor(x / BLOCK) * BLOCK, Math.floor(y / BLOCK) * BLOCK]
  const key = `${left},${top} ${options.spacing} ${options.compactness}`
  let blocks = BLOCKS.get(photo)
  if (!blocks) BLOCKS.set(photo, (blocks = new Map<string, Block>()))
  let block = blocks.get(key)
  if (!block) {
    const rect = {
      x: left,
      y: top,
      width: Math.min(BLOCK, photo.width - left),
      height: Math.min(BLOCK, photo.height - top),
    }
    block = { ...rect, pixels: superpixels(photo, rect, options) }
    // Other settings of the same place will hardly come back.
    for (const old of blocks.keys()) if (old.startsWith(`${left},${top} `)) blocks.delete(old)
    blocks.set(key, block)
  }
  return block
}
