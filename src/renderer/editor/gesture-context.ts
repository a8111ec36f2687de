import type { Barrier } from '../../shared/barrier'
import type { Intrinsics } from '../../shared/camera'
import type { Source } from '../../shared/contract'
import type { RgbImage } from '../../shared/image'
import type { DenseMap } from '../../shared/maps'
import { combine, fullMask, type CombineMode, type Mask } from '../../shared/mask'
import type { BrushShape } from '../../shared/raster'
import type { CellPoint, PixelRect, Size } from '../../shared/space'
import type { TaskId } from '../../shared/tasks'
import type { Choices } from './choices.svelte'
import type { ParamValue } from './params'
import type { Transaction } from './transaction'
import type { TaskView } from './types'
import type { PixelValue } from './values'

export interface BrushSettings {
  /** Diameter in image pixels, 1..500. */
  readonly size: number
  readonly shape: BrushShape
  /** A pen's pressure scales the diameter. */
  readonly pressure: boolean
}

/** What the editor offers tools and operations. */
export interface GestureHost {
  readonly size: Size
  readonly tasks: readonly TaskView[]
  readonly brush: BrushSettings
  readonly selection: Mask | null
  readonly photo: RgbImage | null
  /** CSS pixels per pixel of the photo. */
  readonly scale: number
  /** How a new selection combines with the one that is there, unless keys say otherwise. */
  readonly selectMode: CombineMode
  /** Where the chosen query of the model reads, as a plane of the photo's size; null without one. */
  attention(): Float32Array | null
  /** The parameters of tools, which a drag may change. */
  readonly choices: Pick<Choices, 'of' | 'set'>
  /** The camera of the photo, for what depends on directions in space. */
  readonly intrinsics: Intrinsics
  /** States the camera for the whole data set. */
  setIntrinsics(camera: Intrinsics): void
  /** Where the depth brush clones from; null until a point was chosen on this sample. */
  cloneSource(): CellPoint | null
  setCloneSource(cell: CellPoint): void
  valueOf(task: TaskId): PixelValue
  setValue(task: TaskId, value: PixelValue): void
  /** Classes of a task that neither lose nor gain a pixel. */
  lockedIn(task: TaskId): ReadonlySet<number>
  map(task: TaskId, source: Source): DenseMap | undefined
  /** The prediction of a task is the one under interventions. */
  isCut(task: TaskId): boolean
  /** Maps of the pane from the bottom up. */
  shown(task: TaskId): readonly Source[]
  /** The edges a stroke stops at; null without a barrier. */
  barrier(): Barrier | null
  say(message: string): void
}

/** Without a selection everything is selected: adding starts one, taking away or crossing cuts from the whole. */
export function combineSelection(base: Mask | null, mask: Mask, mode: CombineMode): Mask {
  if (base) return combine(base, mask, mode)
  return mode === 'add' || mode === 'replace' ? mask : combine(fullMask(mask), mask, mode)
}

/** One gesture or operation at work: what it may read, and its writes. */
export class GestureContext<V = Readonly<Record<string, ParamValue>>> {
  constructor(
    /** The task of the pane, or the active one. */
    readonly task: TaskView,
    readonly host: GestureHost,
    readonly transaction: Transaction,
    /** The values of the parameters. */
    readonly values: V,
  ) {}

  withValues<W>(values: W): GestureContext<W> {
    return new GestureContext(this.task, this.host, this.transaction, values)
  }

  get size(): Size {
    return this.host.size
  }
  /** What is painted in the task. */
  get value(): PixelValue {
    return this.host.valueOf(this.task.id)
  }
  get selection(): Mask | null {
    return this.host.selection
  }
  /** The selection, or the whole photo when nothing is selected. */
  get mask(): Mask {
    return this.host.selection ?? fullMask(this.host.size)
  }
  /** The photo's pixels; null unless the tool or operation `needs` them. */
  get photo(): RgbImage | null {
    return this.host.photo
  }
  /** A loaded map, to read only. Whatever is in `needs` is loaded. */
  map(source: Source, task: TaskId = this.task.id): DenseMap | undefined {
    return this.host.map(task, source)
  }

  /** Lets `paint` change the corrected map of the task (or another one) inside `rect`. */
  write(rect: PixelRect, paint: (map: DenseMap) => void, task: TaskId = this.task.id): void {
    this.transaction.write(task, rect, paint)
  }

  /** Runs a kernel over the selection, or the whole photo. Nothing happens for an empty one. */
  edit(kernel: (map: DenseMap, mask: Mask) => void, mask: Mask = this.mask): void {
    if (mask.bounds) this.write(mask.bounds, (map) => kernel(map, mask))
  }

  /** Changes the selection, by combining with `base`; null selects nothing. */
  select(mask: Mask | null, mode: CombineMode = 'replace', base = this.host.selection): void {
    this.transaction.select(mask && combineSelection(base, mask, mode))
  }

  /** What the history calls this gesture. */
  label(text: string): void {
    this.transaction.relabel(text)
  }
  /** Tells the user why nothing happened, or what did. */
  say(message: string): void {
    this.host.say(message)
  }
}
