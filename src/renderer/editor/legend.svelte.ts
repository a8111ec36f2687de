import type { MapStyle } from '../../shared/colour'
import { IGNORE_CLASS, type ClassMap, type DenseMap, type ScalarMap } from '../../shared/maps'
import { BOUNDARY_LUT, classLut, cssOfRgb, SALIENCY_LUT } from '../../shared/palette'
import type { TaskId } from '../../shared/tasks'
import type { LayerStack } from './layers.svelte'
import type { DepthWindow, LegendEntry, TaskView } from './types'
import type { View } from './view.svelte'
import type { Workspace } from './workspace.svelte'

interface ClassChoice {
  readonly hidden: ReadonlySet<number>
  readonly solo: number | null
}
const EVERY_CLASS: ClassChoice = { hidden: new Set(), solo: null }
const NO_CLASSES = new Uint32Array(256)

/** Which classes are shown, what the shown map contains, and the range depth is drawn in. */
export class Legend {
  /** By task, so that semantic classes and human parts do not mix. */
  #choices: Readonly<Partial<Record<TaskId, ClassChoice>>> = $state.raw({})
  #fixed: { min: number; max: number } | null = $state.raw(null)
  #counts: { map: DenseMap; revision: number; pixels: Uint32Array } | null = null
  #range: { map: DenseMap; revision: number; min: number; max: number } | null = null
  readonly #luts = new Map<TaskId, { choice: ClassChoice; palette: TaskView['palette']; lut: Uint32Array }>()

  constructor(
    private readonly workspace: Workspace,
    private readonly view: View,
    private readonly stack: LayerStack,
  ) {}

  get hidden(): ReadonlySet<number> {
    return this.#choice(this.view.task).hidden
  }
  get solo(): number | null {
    return this.#choice(this.view.task).solo
  }

  toggle(index: number): void {
    const hidden = new Set(this.hidden)
    if (!hidden.delete(index)) hidden.add(index)
    this.#choices = { ...this.#choices, [this.view.task]: { hidden, solo: null } }
  }
  setSolo(solo: number | null): void {
    this.#choices = { ...this.#choices, [this.view.task]: { hidden: this.hidden, solo } }
  }

  /** Every class of the active task with its pixels in the shown map; empty for tasks without classes. O(pixels) after a change. */
  get entries(): readonly LegendEntry[] {
    const task = this.view.active
    if (!task?.palette) return []
    const pixels = this.#pixels(task.id)
    return task.palette.map((colour, index) => ({
      index,
      name: task.classes?.[index] ?? `class ${index}`,
      colour: cssOfRgb(colour),
      hidden: this.solo === null ? this.hidden.has(index) : this.solo !== index,
      pixels: pixels?.[index] ?? 0,
    }))
  }

  /** Pixels of the shown map that are ignored. */
  get ignored(): number {
    return this.#pixels(this.view.task)?.[IGNORE_CLASS] ?? 0
  }

  get depthWindow(): DepthWindow {
    if (this.#fixed) return { ...this.#fixed, auto: false }
    const shown = this.#depthMap()
    if (shown?.map.kind !== 'scalar') return { min: 0, max: 10, auto: true }
    const { map, revision } = shown
    if (this.#range?.map !== map || this.#range.revision !== revision)
      this.#range = { map, revision, ...validRange(map) }
    return { min: this.#range.min, max: this.#range.max, auto: true }
  }
  setDepthWindow(min: number, max: number): void {
    this.#fixed = { min: Math.max(0, Math.min(min, max)), max: Math.max(min, max) }
  }
  autoDepthWindow(): void {
    this.#fixed = null
  }

  /** How a task's maps are coloured, for every source alike. */
  styleOf(id: TaskId): MapStyle {
    return {
      classes: this.#lut(id),
      window: id === 'depth' ? this.depthWindow : { min: 0, max: 1 },
      probability: id === 'sal' ? SALIENCY_LUT : BOUNDARY_LUT,
    }
  }

  #choice(id: TaskId): ClassChoice {
    return this.#choices[id] ?? EVERY_CLASS
  }

  #lut(id: TaskId): Uint32Array {
    const palette = this.view.tasks.find((task) => task.id === id)?.palette
    if (!palette) return NO_CLASSES
    const choice = this.#choice(id)
    const kept = this.#luts.get(id)
    if (kept?.choice === choice && kept.palette === palette) return kept.lut
    const lut = classLut(palette, choice.hidden, choice.solo)
    this.#luts.set(id, { choice, palette, lut })
    return lut
  }

  #pixels(id: TaskId): Uint32Array | null {
    const shown = this.#shown(id)
    if (shown?.map.kind !== 'class') return null
    const { map, revision } = shown
    if (this.#counts?.map !== map || this.#counts.revision !== revision)
      this.#counts = { map, revision, pixels: countClasses(map) }
    return this.#counts.pixels
  }

  /** One map decides the range for all, so that a metre keeps its colour when label and prediction are compared. */
  #depthMap(): { map: DenseMap; revision: number } | null {
    for (const source of ['corrected', 'label', 'prediction'] as const) {
      const revision = this.stack.get('depth', source)?.revision ?? 0
      const map = this.workspace.map('depth', source)
      if (map) return { map, revision }
    }
    return null
  }

  /** The map the numbers speak of: the topmost visible one that is loaded, else the corrected label. */
  #shown(id: TaskId): { map: DenseMap; revision: number } | null {
    const layers = [...this.stack.drawn(id)].reverse()
    const corrected = this.stack.get(id, 'corrected')
    for (const layer of corrected ? [...layers, corrected] : layers) {
      const map = layer.source === 'photo' ? undefined : this.workspace.map(id, layer.source)
      if (map) return { map, revision: layer.revision }
    }
    return null
  }
}

/** Pixels by class index, 255 = ignore. */
export function countClasses(map: ClassMap): Uint32Array {
  const pixels = new Uint32Array(256)
  for (let at = 0; at < map.data.length; at++) pixels[map.data[at]!]!++
  return pixels
}

/** Smallest and largest valid value; 0 to 10 m where none is valid. */
export function validRange(map: ScalarMap): { min: number; max: number } {
  let min = Infinity
  let max = 0
  for (let at = 0; at < map.data.length; at++) {
    const value = map.data[at]!
    if (value > 0) {
      if (value < min) min = value
      if (value > max) max = value
    }
  }
  return max > 0 ? { min, max } : { min: 0, max: 10 }
}
