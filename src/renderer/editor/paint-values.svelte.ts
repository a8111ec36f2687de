import { TASKS, type TaskId } from '../../shared/tasks'
import { firstValue, formatValue, sameValue, unknownValue, type PixelValue } from './values'
import type { View } from './view.svelte'

/** What the brush paints in each task. */
export class PaintValues {
  #values: Readonly<Partial<Record<TaskId, PixelValue>>> = $state.raw({})
  /** What `swap` brings back. */
  readonly #swapped = new Map<TaskId, PixelValue>()

  constructor(private readonly view: View) {}

  /** What is painted in a task. */
  of(task: TaskId): PixelValue {
    return this.#values[task] ?? firstValue(TASKS[task].kind)
  }
  set(task: TaskId, value: PixelValue): void {
    this.#values = { ...this.#values, [task]: value }
  }

  /** What is painted in the active task. */
  get value(): PixelValue {
    return this.of(this.view.task)
  }
  set value(value: PixelValue) {
    this.set(this.view.task, value)
  }
  /** Printed with its unit ("wall", "2.31 m", "ignore"). */
  get text(): string {
    const task = this.view.active
    return task ? formatValue(task, this.value) : ''
  }
  /** 255 = ignore; null when the active task has no classes. */
  get activeClass(): number | null {
    return this.view.active?.kind === 'class' ? (this.value[0] ?? null) : null
  }

  /** Changes between the active task's value and unknown. */
  swap(): void {
    const task = this.view.active
    if (!task) return
    const unknown = unknownValue(task.kind)
    const next = sameValue(this.value, unknown)
      ? (this.#swapped.get(task.id) ?? firstValue(task.kind))
      : unknown
    this.#swapped.set(task.id, this.value)
    this.value = next
  }
}
