import { barrierOf, type Barrier } from '../../shared/barrier'
import type { Source } from '../../shared/contract'
import type { Constraint } from '../../shared/constraint'
import { cloneMap, type DenseMap } from '../../shared/maps'
import type { Mask } from '../../shared/mask'
import type { TaskId } from '../../shared/tasks'

const NONE: ReadonlySet<number> = new Set()

/** Where may be painted: what the user chose, and the constraint made of it when a gesture begins. Locks outlive samples. */
export class Limits {
  #locked: Readonly<Partial<Record<TaskId, ReadonlySet<number>>>> = $state.raw({})
  /** Paint only where this layer has one of these classes. */
  inside: { readonly task: TaskId; readonly classes: ReadonlySet<number> } | null = $state.raw(null)
  /** Paint only where the depth is within, in metres. */
  depth: { readonly min: number; readonly max: number } | null = $state.raw(null)
  /** The layer whose edges a stroke does not cross. */
  barrier: TaskId | null = $state(null)

  /** Classes of a task that neither lose nor gain a pixel. */
  lockedIn(task: TaskId): ReadonlySet<number> {
    return this.#locked[task] ?? NONE
  }
  toggleLock(task: TaskId, index: number): void {
    const locked = new Set(this.lockedIn(task))
    if (!locked.delete(index)) locked.add(index)
    this.#locked = { ...this.#locked, [task]: locked }
  }
  /** Adds a class to those painted inside of, or takes it away; another task starts anew. */
  toggleInside(task: TaskId, index: number): void {
    const classes = new Set(this.inside?.task === task ? this.inside.classes : NONE)
    if (!classes.delete(index)) classes.add(index)
    this.inside = classes.size > 0 ? { task, classes } : null
  }
  /** True when something but the selection limits painting. */
  get any(): boolean {
    return this.inside !== null || this.depth !== null || this.barrier !== null
  }
  clear(): void {
    this.inside = null
    this.depth = null
    this.barrier = null
  }

  /** The tasks whose corrected maps the limits read. */
  get needed(): readonly TaskId[] {
    const tasks = [this.inside?.task, this.depth ? ('depth' as const) : undefined, this.barrier]
    return tasks.filter((task) => task != null)
  }

  constraint(
    selection: Mask | null,
    map: (task: TaskId, source: Source) => DenseMap | undefined,
  ): Constraint {
    const classes = this.inside && map(this.inside.task, 'corrected')
    const depth = this.depth && map('depth', 'corrected')
    return {
      selection,
      inside:
        this.inside && classes?.kind === 'class' ? { map: classes, classes: this.inside.classes } : null,
      range: this.depth && depth?.kind === 'scalar' ? { map: depth, ...this.depth } : null,
    }
  }

  /** The edges of the barrier's layer as they are now: a copy, since a gesture may paint that very layer. */
  edges(map: (task: TaskId, source: Source) => DenseMap | undefined): Barrier | null {
    const layer = this.barrier && map(this.barrier, 'corrected')
    return layer ? barrierOf(cloneMap(layer)) : null
  }
}
