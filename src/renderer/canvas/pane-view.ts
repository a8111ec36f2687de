import type { Context } from 'konva/lib/Context'
import { Layer } from 'konva/lib/Layer'
import { Shape } from 'konva/lib/Shape'
import { Stage } from 'konva/lib/Stage'
import { imageFromScreen, screenFromImage, type ImagePoint, type ScreenPoint } from '../../shared/space'
import { TASKS, type TaskId } from '../../shared/tasks'
import type { Editor } from '../editor/editor.svelte'
import type { PaneSource, PaneSpec } from '../editor/view.svelte'
import type { Frames } from './frames'
import { drawOverlay } from './overlay'
import type { PictureStore } from './picture-store'
import { drawGrid } from './pixel-grid'
import { drawnLayers, showsAttention } from './shown'

/** Until this long after a change of sample the last frame stays, so that the new one appears whole. */
const HOLD_MS = 300

/**
 * One pane: a Konva stage with a raster layer (photo, maps, attention) and an overlay (cursor). Nothing in it listens:
 * Konva's hit canvases stay unused and pointer events go to `pointer.ts`.
 */
export class PaneView {
  readonly #stage: Stage
  readonly #rasters = new Layer({ listening: false })
  readonly #overlay = new Layer({ listening: false })
  readonly #drawRasters = (): void => this.#drawWhenWhole()
  readonly #drawOverlay = (): void => void this.#overlay.draw()
  #heldSince: number | null = null
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
    this.#stage = new Stage({ container, width: 1, height: 1, listening: false })
    const options = { listening: false, perfectDrawEnabled: false } as const
    this.#rasters.add(new Shape({ ...options, sceneFunc: (context) => this.#paintRasters(context) }))
    this.#overlay.add(new Shape({ ...options, sceneFunc: (context) => this.#paintOverlay(context) }))
    this.#stage.add(this.#rasters, this.#overlay)
  }

  get size(): { width: number; height: number } {
    return { width: this.#stage.width(), height: this.#stage.height() }
  }

  setSpec(spec: PaneSpec): void {
    this.spec = spec
    this.invalidate()
  }

  /** CSS pixels; the layers follow the screen's pixel ratio, which changes when the window moves to another screen. */
  resize(width: number, height: number): void {
    for (const layer of [this.#rasters, this.#overlay])
      if (layer.getCanvas().getPixelRatio() !== window.devicePixelRatio)
        layer.getCanvas().setPixelRatio(window.devicePixelRatio)
    this.#stage.size({ width, height })
    // Resizing clears the canvases; drawing in the same frame avoids a flash.
    this.#rasters.draw()
    this.#overlay.draw()
  }

  invalidate(): void {
    this.frames.request(this.#drawRasters)
    this.frames.request(this.#drawOverlay)
  }
  invalidateOverlay(): void {
    this.frames.request(this.#drawOverlay)
  }

  imageFromScreen(point: ScreenPoint): ImagePoint {
    return imageFromScreen(this.editor.camera.pose, this.size, point)
  }

  dispose(): void {
    this.frames.cancel(this.#drawRasters)
    this.frames.cancel(this.#drawOverlay)
    this.#stage.destroy()
  }

  #drawWhenWhole(): void {
    const whole = this.#isWhole()
    const now = performance.now()
    if (whole) this.#heldSince = null
    else this.#heldSince ??= now
    if (this.#heldSince !== null && now - this.#heldSince < HOLD_MS) {
      this.frames.request(this.#drawRasters)
      return
    }
    this.#rasters.draw()
    this.drawn(whole)
  }

  /** Everything this pane should show is here. */
  #isWhole(): boolean {
    return drawnLayers(this.editor, this.spec).every(({ task, source }) =>
      source === 'photo' ? this.pictures.photoSettled : this.#pictureOf(task, source) !== null,
    )
  }

  #pictureOf(task: TaskId, source: PaneSource): HTMLCanvasElement | HTMLImageElement | null {
    if (source === 'photo') return this.pictures.photo
    if (source === 'difference') return this.pictures.difference(task)
    return this.pictures.picture(task, source)
  }

  #paintRasters(context: Context): void {
    const { camera, detail, attention } = this.editor
    if (!detail) return
    const { width, height } = this.size
    const { scale } = camera.pose
    const origin = screenFromImage(camera.pose, this.size, { x: 0, y: 0 })
    context.save()
    context.translate(origin.x, origin.y)
    context.scale(scale, scale)
    for (const { task, source, opacity } of drawnLayers(this.editor, this.spec)) {
      const picture = this.#pictureOf(task, source)
      if (!picture) continue
      context.setAttr('globalAlpha', opacity)
      context.setAttr('imageSmoothingEnabled', scale < 1 && isSmooth(task, source))
      context.drawImage(picture, 0, 0, detail.width, detail.height)
    }
    if (attention.map && showsAttention(this.editor, this.spec)) {
      const { imageRect } = attention.map.header
      const across = detail.width / imageRect.width
      const down = detail.height / imageRect.height
      context.beginPath()
      context.rect(0, 0, detail.width, detail.height)
      context.clip()
      context.setAttr('globalAlpha', 1)
      context.setAttr('imageSmoothingEnabled', false)
      const { header } = attention.map
      const picture = this.pictures.attention(attention.map)
      context.drawImage(
        picture,
        -imageRect.x * across,
        -imageRect.y * down,
        header.width * across,
        header.height * down,
      )
    }
    context.restore()
    drawGrid(context, { camera: camera.pose, pane: { width, height }, image: detail })
  }

  #paintOverlay(context: Context): void {
    drawOverlay(context, this.editor, { task: this.spec.task, size: this.size, hovered: this.hovered })
  }
}

/**
 * What may be averaged when it is shown smaller: a photo, and probabilities, whose thin lines would vanish. A class, a
 * distance or a direction between two others would be an invention.
 */
function isSmooth(task: TaskId, source: PaneSource): boolean {
  return source === 'photo' || TASKS[task].kind === 'probability'
}
