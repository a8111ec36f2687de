import type { MapStyle } from '../../shared/colour'
import type { Source } from '../../shared/contract'
import { ATTENTION_LUT } from '../../shared/palette'
import { unionRect, type PixelRect, type Size } from '../../shared/space'
import type { TaskId } from '../../shared/tasks'
import type { AttentionState } from '../editor/attention.svelte'
import type { Document } from '../editor/document'
import { RasterCanvas } from './raster-canvas'

interface Picture {
  readonly raster: RasterCanvas | null
  style: MapStyle | null
  /** What must be coloured again; 'all' after a load. */
  dirty: PixelRect | 'all' | null
}

/** One canvas per map of the open sample, shared by every pane, and the photo. Coloured only when drawn, and only where it changed. */
export class PictureStore {
  #document: Document | null = null
  #unsubscribe: (() => void) | null = null
  readonly #pictures = new Map<string, Picture>()
  #photo: HTMLImageElement | null = null
  #photoFailed = false
  #attention: { map: AttentionState['map']; raster: RasterCanvas } | null = null

  constructor(
    private readonly styleOf: (task: TaskId) => MapStyle,
    /** Something to draw changed. */
    private readonly changed: () => void,
    private readonly failed: (error: unknown) => void,
  ) {}

  /** Shows another sample's maps and photo. */
  setDocument(document: Document | null, photoUrl: string | null): void {
    if (document === this.#document) return
    const sameSample = document?.detail.id === this.#document?.detail.id
    this.#unsubscribe?.()
    this.#document = document
    this.#pictures.clear()
    this.#unsubscribe =
      document?.subscribe((task, source, rect) => {
        this.#soil(`${task}/${source}`, rect)
        if (source !== 'label') this.#soil(`${task}/difference`, rect)
        this.changed()
      }) ?? null
    if (!sameSample) this.#loadPhoto(photoUrl)
    this.changed()
  }

  get photo(): HTMLImageElement | null {
    return this.#photo
  }
  /** True when the photo is here or cannot be had. */
  get photoSettled(): boolean {
    return this.#photo !== null || this.#photoFailed
  }

  /** A map's picture, up to date; null while the map is not loaded. */
  picture(task: TaskId, source: Source): HTMLCanvasElement | null {
    const map = this.#document?.get(task, source)
    if (!map) return null
    const style = this.styleOf(task)
    return this.#refresh(`${task}/${source}`, map, style, (raster, rect) => raster.colour(map, style, rect))
  }

  /** How the prediction differs from the corrected label; null while either is not loaded. */
  difference(task: TaskId): HTMLCanvasElement | null {
    const label = this.#document?.get(task, 'corrected')
    const found = this.#document?.get(task, 'prediction')
    if (!label || !found) return null
    const style = this.styleOf(task)
    return this.#refresh(`${task}/difference`, label, style, (raster, rect) =>
      raster.compare(label, found, style.classes, rect),
    )
  }

  /** The picture of an attention map, its largest weight at the end of the ramp. */
  attention(map: NonNullable<AttentionState['map']>): HTMLCanvasElement {
    if (this.#attention?.map !== map) {
      const raster = new RasterCanvas(map.header)
      let largest = 0
      for (const weight of map.data) if (weight > largest) largest = weight
      const scale = largest > 0 ? 255 / largest : 0
      raster.fill((at) => ATTENTION_LUT[Math.round(map.data[at]! * scale)]!)
      this.#attention = { map, raster }
    }
    return this.#attention.raster.canvas
  }

  dispose(): void {
    this.#unsubscribe?.()
    this.#unsubscribe = null
    this.#document = null
    this.#photo = null
    this.#pictures.clear()
  }

  /** Paints what is dirty of a picture, all of it when it is new or its colours changed. */
  #refresh(
    key: string,
    size: Size,
    style: MapStyle,
    paint: (raster: RasterCanvas, rect: PixelRect) => void,
  ): HTMLCanvasElement | null {
    let picture = this.#pictures.get(key)
    if (!picture) {
      picture = { raster: this.#makeRaster(size), style: null, dirty: 'all' }
      this.#pictures.set(key, picture)
    }
    if (!picture.raster) return null
    const { dirty } = picture
    const all = dirty === 'all' || !sameStyle(picture.style, style)
    const rect = all ? { x: 0, y: 0, width: size.width, height: size.height } : dirty
    if (rect) paint(picture.raster, rect)
    picture.style = style
    picture.dirty = null
    return picture.raster.canvas
  }

  #soil(key: string, rect: PixelRect | null): void {
    const picture = this.#pictures.get(key)
    if (picture)
      picture.dirty = rect === null || picture.dirty === 'all' ? 'all' : unionRect(picture.dirty, rect)
  }

  /** Null, said once, for a map no canvas can hold. */
  #makeRaster(size: Size): RasterCanvas | null {
    try {
      return new RasterCanvas(size)
    } catch (error) {
      this.failed(error)
      return null
    }
  }

  #loadPhoto(url: string | null): void {
    this.#photo = null
    this.#photoFailed = url === null
    if (url === null) return
    const image = new Image()
    const wanted = this.#document
    const current = (): boolean => this.#document?.detail.id === wanted?.detail.id
    image.src = url
    image.decode().then(
      () => {
        if (!current()) return
        this.#photo = image
        this.changed()
      },
      () => {
        if (!current()) return
        this.#photoFailed = true
        this.failed(new Error(`The photo of ${wanted?.detail.id ?? 'the sample'} could not be shown.`))
        this.changed()
      },
    )
  }
}

function sameStyle(a: MapStyle | null, b: MapStyle): boolean {
  return (
    a !== null &&
    a.classes === b.classes &&
    a.probability === b.probability &&
    a.window.min === b.window.min &&
    a.window.max === b.window.max
  )
}
