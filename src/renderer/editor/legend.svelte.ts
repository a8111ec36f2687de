import type { MapStyle } from '../../shared/colour'
import type { Source } from '../../shared/contract'
import { IGNORE_CLASS, type DenseMap } from '../../shared/maps'
import { BOUNDARY_LUT, classLut, cssOfRgb, SALIENCY_LUT } from '../../shared/palette'
import { ClassTally, histogramOf, validRange, type Histogram } from '../../shared/tally'
import type { TaskId } from '../../shared/tasks'
import type { LayerStack } from './layers.svelte'
import { Rested } from './rested.svelte'
import type { DepthWindow, LegendEntry, TaskView } from './types'
import type { View } from './view.svelte'
import type { Workspace } from './workspace.svelte'

interface ClassChoice {
  readonly hidden: ReadonlySet<number>
  readonly solo: number | null
}
const EVERY_CLASS: ClassChoice = { hidden: new Set(), solo: null }
const NO_RANGE = Object.freeze({ min: 0, max: 10 })
const DEPTH_BINS = 96
const NO_CLASSES = new Uint32Array(256)

/** Which classes are shown, what the shown map contains, and the range depth is drawn in. */
export class Legend {
  /** By task, so that semantic classes and human parts do not mix. */
  #choices: Readonly<Partial<Record<TaskId, ClassChoice>>> = $state.raw({})
  #fixed: { min: number; max: number } | null = $state.raw(null)
  #tally: { map: DenseMap; tally: ClassTally; stop: () => void } | null = null
  #range: { map: DenseMap; min: number; max: number } | null = null
  /** Grows when the range is fitted anew. */
  #fits = $state(0)
  readonly #histogram = new Rested<Histogram>()
  readonly #counts = new Rested<Uint32Array>()
  readonly #styles = new Map<TaskId, MapStyle>()
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

  /** Ends solo and shows every hidden class of the active task again. */
  showAll(): void {
    this.#choices = { ...this.#choices, [this.view.task]: EVERY_CLASS }
  }

  /** Every class of the active task with its pixels in the shown map; empty for tasks without classes. */
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

  /** The range depth is drawn in: fixed, or fitted to the map as it was loaded, so that painting never shifts the colours. */
  get depthWindow(): DepthWindow {
    if (this.#fixed) return { ...this.#fixed, auto: false }
    const map = this.#depthMap()?.map
    if (map?.kind !== 'scalar' || this.#fits < 0) return { ...NO_RANGE, auto: true }
    if (this.#range?.map !== map) this.#range = { map, ...(validRange(map) ?? NO_RANGE) }
    return { min: this.#range.min, max: this.#range.max, auto: true }
  }
  setDepthWindow(min: number, max: number): void {
    this.#fixed = { min: Math.max(0, Math.min(min, max)), max: Math.max(min, max) }
  }
  /** Fits the range to the smallest and largest depth of now. */
  autoDepthWindow(): void {
    this.#fixed = null
    this.#range = null
    this.#fits++
  }

  /** How the depths of the shown map are spread over its own range, and its whole range; null before one is loaded. */
  get depthHistogram(): Histogram | null {
    const shown = this.#depthMap()
    if (shown?.map.kind !== 'scalar') return null
    const { map, revision } = shown
    return this.#histogram.of(map, revision, () => histogramOf(map, validRange(map) ?? NO_RANGE, DEPTH_BINS))
  }

  /** How a task's maps are coloured, for every source alike; the same object until something about it changes. */
  styleOf(id: TaskId): MapStyle {
    const classes = this.#lut(id)
    const { min, max } = id === 'depth' ? this.depthWindow : { min: 0, max: 1 }
    const kept = this.#styles.get(id)
    if (kept?.classes === classes && kept.window.min === min && kept.window.max === max) return kept
    const style = { classes, window: { min, max }, probability: id === 'sal' ? SALIENCY_LUT : BOUNDARY_LUT }
    this.#styles.set(id, style)
    return style
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
    const { document } = this.workspace
    if (shown?.map.kind !== 'class' || !document) return null
    const { map, source } = shown
    if (this.#tally?.map !== map) {
      this.#tally?.stop()
      const tally = new ClassTally(map)
      const stop = document.subscribe((task, changed, rect) => {
        if (task === id && changed === source) tally.soil(rect)
      })
      this.#tally = { map, tally, stop }
    }
    const { tally } = this.#tally
    return this.#counts.of(map, this.stack.get(id, source)?.revision ?? 0, () => tally.pixels)
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
  #shown(id: TaskId): { map: DenseMap; source: Source } | null {
    const layers = [...this.stack.drawn(id)].reverse()
    const corrected = this.stack.get(id, 'corrected')
    for (const { source } of corrected ? [...layers, corrected] : layers) {
      const map = source === 'photo' ? undefined : this.workspace.map(id, source)
      if (map && source !== 'photo') return { map, source }
    }
    return null
  }
}
