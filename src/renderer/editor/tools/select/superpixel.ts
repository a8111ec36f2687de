import type { RgbImage } from '../../../../shared/image'
import { createMask } from '../../../../shared/mask'
import { contoursOf } from '../../../../shared/selection/contour'
import { superpixels, type Superpixels } from '../../../../shared/selection/superpixels'
import { cellFromImage, type CellPoint, type PixelRect, type Size } from '../../../../shared/space'
import { lineCell } from '../../../../shared/raster'
import { defineTool, type OverlayShape, type ToolGesture } from '../tool'
import { selecting } from './selecting'

/** Superpixels are made block by block, when the pointer first comes there; so a large photo costs no more than a small one. */
const BLOCK = 512

interface Block extends PixelRect {
  readonly pixels: Superpixels
}
const BLOCKS = new WeakMap<RgbImage, Map<string, Block>>()
/** By block, the outline shown last. */
const OUTLINES = new WeakMap<
  Block,
  { readonly label: number | undefined; readonly shapes: readonly OverlayShape[] }
>()

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
  hover(values, { photo, cell }) {
    const block = isInside(photo, cell) ? knownBlock(photo, cell, values) : undefined
    return block ? outlineAt(block, cell) : []
  },
  rest(values, { photo, cell }) {
    if (!isInside(photo, cell) || knownBlock(photo, cell, values)) return false
    blockAt(photo, cell, values)
    return true
  },
  begin(context, sample, modifiers): ToolGesture | null {
    const { photo, size, values } = context
    if (!photo) return null
    const { select } = selecting(context, modifiers, 'Select superpixels')
    const data = new Uint8Array(size.width * size.height)
    let last = cellFromImage(sample)
    /** Adds the superpixel at a pixel; false when it is there already. */
    const add = ({ x, y }: CellPoint): boolean => {
      if (!isInside(size, { x, y }) || data[y * size.width + x] === 1) return false
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

interface Settings {
  readonly spacing: number
  readonly compactness: number
}

function isInside({ width, height }: Size, { x, y }: CellPoint): boolean {
  return x >= 0 && y >= 0 && x < width && y < height
}

const placeOf = ({ x, y }: CellPoint): string => `${Math.floor(x / BLOCK)},${Math.floor(y / BLOCK)} `
const keyOf = (cell: CellPoint, { spacing, compactness }: Settings): string =>
  `${placeOf(cell)}${spacing} ${compactness}`

/** The block of a pixel, when it was made before. */
function knownBlock(photo: RgbImage, cell: CellPoint, options: Settings): Block | undefined {
  return BLOCKS.get(photo)?.get(keyOf(cell, options))
}

function blockAt(photo: RgbImage, cell: CellPoint, options: Settings): Block {
  const known = knownBlock(photo, cell, options)
  if (known) return known
  const [x, y] = [Math.floor(cell.x / BLOCK) * BLOCK, Math.floor(cell.y / BLOCK) * BLOCK]
  const rect = { x, y, width: Math.min(BLOCK, photo.width - x), height: Math.min(BLOCK, photo.height - y) }
  const block = { ...rect, pixels: superpixels(photo, rect, options) }
  const blocks = BLOCKS.get(photo) ?? new Map<string, Block>()
  BLOCKS.set(photo, blocks)
  // Other settings of the same place will hardly come back.
  for (const old of blocks.keys()) if (old.startsWith(placeOf(cell))) blocks.delete(old)
  blocks.set(keyOf(cell, options), block)
  return block
}

/** The outline of the superpixel at a pixel, in the photo's coordinates. */
function outlineAt(block: Block, cell: CellPoint): readonly OverlayShape[] {
  const { labels } = block.pixels
  const wanted = labels[(cell.y - block.y) * block.width + cell.x - block.x]
  const kept = OUTLINES.get(block)
  if (kept && kept.label === wanted) return kept.shapes
  const data = Uint8Array.from(labels, (label) => (label === wanted ? 1 : 0))
  const shapes = contoursOf(createMask(block, data)).map((loop): OverlayShape => {
    const points = Array.from({ length: loop.length / 2 + 1 }, (_, at) => {
      const from = (2 * at) % loop.length
      return { x: block.x + loop[from]!, y: block.y + loop[from + 1]! }
    })
    return { kind: 'path', points, closed: false }
  })
  OUTLINES.set(block, { label: wanted, shapes })
  return shapes
}
