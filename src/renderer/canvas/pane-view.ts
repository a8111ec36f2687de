import { Layer } from 'konva/lib/Layer'
import { Shape } from 'konva/lib/Shape'
import { Stage } from 'konva/lib/Stage'
import type { Context } from 'konva/lib/Context'
import {
  addRect,
  imageFromScreen,
  screenFromImage,
  type ImagePoint,
  type PixelRect,
  type ScreenPoint,
  type Size,
} from '../../shared/space'
import { TASKS, type TaskId } from '../../shared/tasks'
import type { Editor } from '../editor/editor.svelte'
import type { BlendMode, MapSource } from '../editor/types'
import type { PaneSpec } from '../editor/view.svelte'
import type { Frames } from './frames'
import { drawOverlay } from './overlay'
import type { PictureStore } from './picture-store'
import { drawGrid } from './pixel-grid'
import type { Placement } from './tiled-raster'
import { drawnLayers, shows, type DrawnLayer, type PictureSpec } from './shown'

/** Shines through what is not opaque, the same in every theme: one number has one colour. */
const UNDERLAY = '#1b1b1d'
/** Until this long after a change of sample the last frame stays, so that the new one appears whole. */
const HOLD_MS = 300
/** Device pixels around a change that smoothing and outlines may reach. */
const MARGIN = 3
/** Separate parts of a pane that are drawn again one by one. */
const DIRTY_PARTS = 12

const OPERATIONS: Readonly<Record<BlendMode, GlobalCompositeOperation>> = {
  normal: 'source-over',
  multiply: 'multiply',
  screen: 'screen',
  overlay: 'overlay',
  difference: 'difference',
  luminosity: 'luminosity',
}

/**
 * One pane: a canvas for the pictures (photo, maps, attention), drawn again only where a map changed, and a Konva overlay for
 * the cursor. Nothing in it listens: Konva's hit canvases stay unused and pointer events go to `pointer.ts`.
 */
export class PaneView {
  readonly #canvas = document.createElement('canvas')
  readonly #context = this.#canvas.getContext('2d')
  readonly #stage: Stage
  readonly #overlay = new Layer({ listening: false })
  readonly #drawPictures = (): void => this.#drawWhenWhole()
  readonly #drawOverlay = (): void => void this.#overlay.draw()
  /** What must be drawn again, in pixels of the photo. */
  #dirty: readonly PixelRect[] | 'all' = 'all'
  /** What the last frame showed; `invalidate` follows whenever it changes. */
  #layers: readonly DrawnLayer[] = []
  #heldSince: number | null = null
  #brushShown = false
  /** True while the pointer is in this pane. */
  hovered = false

  constructor(
    container: HTMLDivElement,
    private readonly editor: Editor,
    private readonly pictures: PictureStore,
    private readonly frames: Frames,
    private spec: PaneSpec,
    /** Told after each drawn frame whether everything visible was there. */
    private readonly drawn: (whole: boolean) => void,
  ) {
    this.#canvas.style.cssText = 'position: absolute; width: 100%; height: 100%'
    const stage = document.createElement('div')
    // Above the attention that the pane lays over the pictures.
    stage.style.cssText = 'position: relative; z-index: 1'
    container.append(this.#canvas, stage)
    this.#stage = new Stage({ container: stage, width: 1, height: 1, listening: false })
    const options = { listening: false, perfectDrawEnabled: false } as const
    this.#overlay.add(new Shape({ ...options, sceneFunc: (context) => this.#paintOverlay(context) }))
    this.#stage.add(this.#overlay)
  }

  get size(): Size {
    return { width: this.#stage.width(), height: this.#stage.height() }
  }

  setSpec(spec: PaneSpec): void {
    this.spec = spec
    this.invalidate()
  }

  /** CSS pixels; the canvases follow the screen's pixel ratio, which changes when the window moves to another screen. */
  resize(width: number, height: number): void {
    const ratio = window.devicePixelRatio
    this.#canvas.width = Math.round(width * ratio)
    this.#canvas.height = Math.round(height * ratio)
    if (this.#overlay.getCanvas().getPixelRatio() !== ratio) this.#overlay.getCanvas().setPixelRatio(ratio)
    this.#stage.size({ width, height })
    // Resizing clears the canvases; drawing in the same frame avoids a flash.
    this.#draw('all')
    this.#overlay.draw()
  }

  invalidate(): void {
    this.#dirty = 'all'
    this.frames.request(this.#drawPictures)
    this.frames.request(this.#drawOverlay)
  }
  invalidateOverlay(): void {
    this.frames.request(this.#drawOverlay)
  }
  /** The brush is drawn where the pointer is, and once more where it was. */
  cursorMoved(): void {
    if (this.editor.mode === 'attention') return
    if (this.hovered || this.#brushShown) this.frames.request(this.#drawOverlay)
  }
  /** Draws a part of the photo again if this pane shows the map that changed there; null = all of it. */
  mapChanged(task: TaskId, source: MapSource, rect: PixelRect | null): void {
    if (this.#dirty === 'all' || !shows(this.#layers, task, source)) return
    this.#dirty = rect === null ? 'all' : addRect(this.#dirty, rect, DIRTY_PARTS)
    this.frames.request(this.#drawPictures)
  }

  imageFromScreen(point: ScreenPoint): ImagePoint {
    return imageFromScreen(this.editor.camera.pose, this.size, point)
  }

  dispose(): void {
    this.frames.cancel(this.#drawPictures)
    this.frames.cancel(this.#drawOverlay)
    this.#stage.destroy()
    this.#canvas.remove()
  }

  #drawWhenWhole(): void {
    const whole = drawnLayers(this.editor, this.spec).every(({ picture }) => this.pictures.ready(picture))
    const now = performance.now()
    if (whole) this.#heldSince = null
    else this.#heldSince ??= now
    if (this.#heldSince !== null && now - this.#heldSince < HOLD_MS) {
      this.frames.request(this.#drawPictures)
      return
    }
    this.#draw(this.#dirty)
    this.drawn(whole)
  }

  /** Clears and draws what changed; everything outside keeps its pixels. */
  #draw(dirty: readonly PixelRect[] | 'all'): void {
    this.#dirty = []
    this.#layers = drawnLayers(this.editor, this.spec)
    const context = this.#context
    if (!context) return
    const canvas = { x: 0, y: 0, width: this.#canvas.width, height: this.#canvas.height }
    const { pose } = this.editor.camera
    const ratio = window.devicePixelRatio
    const origin = screenFromImage(pose, this.size, { x: 0, y: 0 })
    const place = { x: origin.x * ratio, y: origin.y * ratio, scale: pose.scale * ratio }
    if (dirty === 'all') this.#drawPart(context, { ...place, clip: canvas })
    else
      for (const rect of dirty) {
        const clip = clipOf(rect, place, canvas)
        if (clip) this.#drawPart(context, { ...place, clip })
      }
  }

  #drawPart(context: CanvasRenderingContext2D, placement: Placement): void {
    const { detail, camera } = this.editor
    const { clip } = placement
    const ratio = window.devicePixelRatio
    context.save()
    context.setTransform(1, 0, 0, 1, 0, 0)
    clipTo(context, clip)
    context.clearRect(clip.x, clip.y, clip.width, clip.height)
    if (detail) {
      context.fillStyle = UNDERLAY
      const { x, y, scale } = placement
      context.fillRect(x, y, detail.width * scale, detail.height * scale)
      for (const layer of this.#layers) this.#drawLayer(context, layer, placement)
      context.setTransform(ratio, 0, 0, ratio, 0, 0)
      drawGrid(context, { camera: camera.pose, pane: this.size, image: detail })
    }
    context.restore()
  }

  #drawLayer(
    context: CanvasRenderingContext2D,
    { picture, opacity, blend, side }: DrawnLayer,
    placement: Placement,
  ): void {
    context.save()
    if (side) {
      const at = Math.round(this.editor.view.swipeAt * this.#canvas.width)
      const { height, width } = this.#canvas
      const half = { x: side === 'left' ? 0 : at, y: 0, width: side === 'left' ? at : width - at, height }
      clipTo(context, half)
    }
    context.globalAlpha = opacity
    context.globalCompositeOperation = OPERATIONS[blend]
    context.imageSmoothingEnabled = placement.scale < 1 && isSmooth(picture)
    context.imageSmoothingQuality = placement.scale < 0.5 ? 'medium' : 'low'
    this.pictures.draw(picture, context, placement)
    context.restore()
  }

  #paintOverlay(context: Context): void {
    this.#brushShown = this.hovered
    drawOverlay(context, this.editor, { task: this.spec.task, size: this.size, hovered: this.hovered })
  }
}

function clipTo(context: CanvasRenderingContext2D, { x, y, width, height }: PixelRect): void {
  context.beginPath()
  context.rect(x, y, width, height)
  context.clip()
}

/** The device pixels a part of the photo covers, with a margin, inside the canvas; null when none. */
function clipOf(
  rect: PixelRect,
  { x, y, scale }: { x: number; y: number; scale: number },
  canvas: PixelRect,
): PixelRect | null {
  const left = Math.max(0, Math.floor(x + rect.x * scale) - MARGIN)
  const top = Math.max(0, Math.floor(y + rect.y * scale) - MARGIN)
  const right = Math.min(canvas.width, Math.ceil(x + (rect.x + rect.width) * scale) + MARGIN)
  const bottom = Math.min(canvas.height, Math.ceil(y + (rect.y + rect.height) * scale) + MARGIN)
  return left < right && top < bottom ? { x: left, y: top, width: right - left, height: bottom - top } : null
}

/**
 * What may be averaged when it is shown smaller: a photo, lines, and probabilities, whose thin lines would vanish. A class, a
 * distance or a direction between two others would be an invention.
 */
function isSmooth(picture: PictureSpec): boolean {
  if (picture.kind === 'photo') return true
  return picture.kind === 'map' && (picture.outlined || TASKS[picture.task].kind === 'probability')
}
