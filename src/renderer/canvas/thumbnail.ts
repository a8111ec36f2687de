import { colourTexels, type MapStyle } from '../../shared/colour'
import type { Source } from '../../shared/contract'
import type { DenseMap } from '../../shared/maps'
import { unionRect, type PixelRect } from '../../shared/space'
import type { TaskId } from '../../shared/tasks'
import { texelSize, texelsOf } from '../../shared/texels'
import type { Document } from '../editor/document'

/** Pixels a side a thumbnail has at most. */
const SIDE = 128
/** A thumbnail follows a stroke this often. */
const INTERVAL_MS = 150

interface Subject {
  readonly document: Document | null
  /** The document's map; undefined while it is not loaded. */
  readonly map: DenseMap | undefined
  readonly task: TaskId
  readonly source: Source
  readonly style: MapStyle
}

/** Keeps a small picture of one map up to date, coloured like the large ones. Returns what ends it. */
export function drawThumbnail(
  canvas: HTMLCanvasElement,
  { document, map, task, source, style }: Subject,
): () => void {
  const context = canvas.getContext('2d')
  if (!document || !map || !context) {
    canvas.width = canvas.height = 1
    return () => undefined
  }
  const level = Math.max(0, Math.ceil(Math.log2(Math.max(map.width, map.height) / SIDE)))
  const { width, height } = texelSize(map, level)
  const colours = new Uint32Array(width * height)
  const image = new ImageData(new Uint8ClampedArray(colours.buffer), width)
  canvas.width = width
  canvas.height = height
  let dirty: PixelRect | null = { x: 0, y: 0, width: map.width, height: map.height }
  let timer: ReturnType<typeof setTimeout> | null = null

  const draw = (): void => {
    timer = null
    if (!dirty) return
    const rect = texelsOf(dirty, map, level)
    dirty = null
    colourTexels(map, style, { level, rect, out: colours, offset: rect.y * width + rect.x, stride: width })
    context.putImageData(image, 0, 0, rect.x, rect.y, rect.width, rect.height)
  }
  draw()
  const unsubscribe = document.subscribe((changed, from, rect) => {
    if (changed !== task || from !== source || rect === null) return
    dirty = unionRect(dirty, rect)
    timer ??= setTimeout(draw, INTERVAL_MS)
  })
  return () => {
    unsubscribe()
    if (timer !== null) clearTimeout(timer)
  }
}
