import { colourTexels, type MapStyle } from '../../shared/colour'
import { differenceTexels } from '../../shared/difference'
import { AppError } from '../../shared/errors'
import { outlineTexels } from '../../shared/outline'
import type { PixelRect } from '../../shared/space'
import type { TaskId } from '../../shared/tasks'
import type { MapSource } from '../editor/types'
import type { Document } from '../editor/document'
import { makeCanvasSurface } from './canvas-surface'
import { Photo } from './photo'
import type { PictureSpec } from './shown'
import { TiledRaster, type PaintTexels, type Placement, type Target } from './tiled-raster'

type Raster = TiledRaster<CanvasImageSource>
/** More texels a pixel than this, 2^5 a side, would draw the same outlines with more memory. */
const FINEST_OUTLINE = -5

interface Picture {
  readonly raster: Raster
  /** Maps it is made of. */
  readonly sources: readonly MapSource[]
  readonly task: TaskId
  style: MapStyle
}

interface Listeners {
  /** Pixels of a map changed; null = all of them. */
  readonly changed: (task: TaskId, source: MapSource, rect: PixelRect | null) => void
  /** The photo arrived, or another sample opened. */
  readonly replaced: () => void
  readonly failed: (error: unknown) => void
}

/** The pictures of the open sample's maps, shared by every pane, and the photo. Coloured only where they are drawn and changed. */
export class PictureStore {
  #document: Document | null = null
  #unsubscribe: (() => void) | null = null
  readonly #pictures = new Map<string, Picture>()
  #photo: Photo | null = null
  #photoSettled = true
  /** A failed drawing is said once a sample. */
  #complained = false

  constructor(
    private readonly styleOf: (task: TaskId) => MapStyle,
    private readonly listeners: Listeners,
  ) {}

  /** Shows another sample's maps and photo; `small` is the address of a small copy of the photo. */
  setDocument(document: Document | null, photoUrl: string | null, small: string | null): void {
    if (document === this.#document) return
    const sameSample = document?.detail.id === this.#document?.detail.id
    this.#unsubscribe?.()
    this.#document = document
    this.#pictures.clear()
    this.#complained = false
    this.#unsubscribe =
      document?.subscribe((task, source, rect) => {
        for (const picture of this.#pictures.values())
          if (picture.task === task && picture.sources.includes(source)) picture.raster.soil(rect)
        this.listeners.changed(task, source, rect)
      }) ?? null
    if (!sameSample) void this.#loadPhoto(photoUrl, small)
    this.listeners.replaced()
  }

  /** True when everything the picture needs is here, or will never be. */
  ready(spec: PictureSpec): boolean {
    if (spec.kind === 'photo') return this.#photoSettled
    return sourcesOf(spec).every((source) => this.#document?.get(spec.task, source) !== undefined)
  }

  /** Draws a picture where it is ready; one that cannot be drawn for want of memory is reported once and left out. */
  draw(spec: PictureSpec, target: Target<CanvasImageSource>, placement: Placement): void {
    const document = this.#document
    if (!document || !this.ready(spec)) return
    try {
      if (spec.kind === 'photo') this.#photo?.draw(target, document.detail, placement)
      else this.#picture(spec, document).raster.draw(target, placement)
    } catch (error) {
      if (!this.#complained) this.listeners.failed(error)
      this.#complained = true
    }
  }

  dispose(): void {
    this.#unsubscribe?.()
    this.#unsubscribe = null
    this.#document = null
    this.#photo = null
    this.#pictures.clear()
  }

  #picture(spec: Exclude<PictureSpec, { kind: 'photo' }>, document: Document): Picture {
    const { task } = spec
    const sources = sourcesOf(spec)
    const style = this.styleOf(task)
    const look = spec.kind === 'map' ? spec.outlined : spec.range
    const key = `${task}/${spec.kind}/${sources.join('/')}/${look}`
    let picture = this.#pictures.get(key)
    if (!picture) {
      const paint = this.#painter(spec, document)
      const outlined = spec.kind === 'map' && spec.outlined
      const options = outlined ? { reach: 1, finest: FINEST_OUTLINE } : {}
      const raster: Raster = new TiledRaster(document.detail, paint, makeCanvasSurface, options)
      picture = { raster, sources, task, style }
      this.#pictures.set(key, picture)
    }
    if (picture.style !== style) picture.raster.soil(null)
    picture.style = style
    return picture
  }

  /** Maps are looked up when texels are painted, because a reload replaces them. */
  #painter(spec: Exclude<PictureSpec, { kind: 'photo' }>, document: Document): PaintTexels {
    const { task } = spec
    const sources = sourcesOf(spec)
    return (block) => {
      const [map, other] = sources.map((source) => document.get(task, source))
      const style = this.styleOf(task)
      if (!map) return
      if (spec.kind === 'difference') {
        if (other) differenceTexels(map, other, style.classes, block, spec.range)
      } else if (spec.outlined) outlineTexels(map, style, block)
      else colourTexels(map, style, block)
    }
  }

  async #loadPhoto(url: string | null, small: string | null): Promise<void> {
    this.#photo = null
    this.#photoSettled = url === null
    const wanted = this.#document?.detail.id
    if (url === null) return
    const photo = await this.#decode(url, small, wanted)
    if (this.#document?.detail.id !== wanted) return
    this.#photo = photo
    this.#photoSettled = true
    this.listeners.replaced()
  }

  /** The photo, else its small copy with a message, else null with a message. */
  async #decode(url: string, small: string | null, sample: string | undefined): Promise<Photo | null> {
    try {
      return await Photo.load(url)
    } catch (error) {
      if (this.#document?.detail.id !== sample) return null
      const reason = error instanceof AppError ? error.message : String(error)
      const copy = small === null ? null : await Photo.load(small).catch(() => null)
      const instead = copy ? 'A small copy is shown instead; labels keep their full size.' : ''
      this.listeners.failed(
        new AppError(
          'file_malformed',
          `The photo of ${sample ?? 'the sample'} cannot be shown: ${reason} ${instead}`.trimEnd(),
        ),
      )
      return copy
    }
  }
}

function sourcesOf(spec: Exclude<PictureSpec, { kind: 'photo' }>): MapSource[] {
  if (spec.kind === 'map') return [spec.source]
  return spec.pair.filter((source) => source !== 'photo')
}
