import { BRUSH_SHAPES, MAX_DIAMETER, type BrushShape } from '../../shared/raster'
import type { Settings } from './settings'

/** The brush every painting tool uses; remembered. */
export class BrushSettings {
  #size = $state(15)
  #shape: BrushShape = $state('round')
  #pressure = $state(true)

  constructor(private readonly settings: Settings) {
    const size = settings.get('brush.size')
    if (typeof size === 'number') this.#size = clampSize(size)
    this.#shape = BRUSH_SHAPES.find((shape) => shape === settings.get('brush.shape')) ?? 'round'
    this.#pressure = settings.get('brush.pressure') !== false
  }

  /** Diameter in image pixels, 1..500. */
  get size(): number {
    return this.#size
  }
  set size(size: number) {
    this.#size = clampSize(size)
    this.settings.set('brush.size', this.#size)
  }
  get shape(): BrushShape {
    return this.#shape
  }
  set shape(shape: BrushShape) {
    this.#shape = shape
    this.settings.set('brush.shape', shape)
  }
  /** A pen's pressure scales the diameter. */
  get pressure(): boolean {
    return this.#pressure
  }
  set pressure(pressure: boolean) {
    this.#pressure = pressure
    this.settings.set('brush.pressure', pressure)
  }
}

function clampSize(size: number): number {
  return Math.min(MAX_DIAMETER, Math.max(1, Math.round(size)))
}
