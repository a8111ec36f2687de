import { createMap, type DenseMap } from '../../../src/shared/maps'
import type { Size } from '../../../src/shared/space'
import { TASKS, type TaskId } from '../../../src/shared/tasks'
import type { CorrectionGesture, LoadedMap } from '../../../src/renderer/api/client'
import { FakeClient } from '../../../src/renderer/editor/test-editor'

const CLASSES = Array.from({ length: 13 }, (_, index) => `class ${index}`)

/** The engine in memory with one large sample: synthetic maps of any size, and edits that are acknowledged and forgotten. */
export class LargeClient extends FakeClient {
  readonly #revisions = new Map<TaskId, number>()

  constructor(
    private readonly size: Size,
    private readonly tasks: readonly TaskId[],
    private readonly photo: string,
  ) {
    super()
  }

  override async status(): ReturnType<FakeClient['status']> {
    const status = await super.status()
    const tasks = this.tasks.map((id) => {
      const classes = TASKS[id].kind === 'class' ? CLASSES : null
      return { id, classes, palette: null }
    })
    return { ...status, model: null, dataset: status.dataset && { ...status.dataset, tasks } }
  }
  override async sample(id: string): ReturnType<FakeClient['sample']> {
    const sample = await super.sample(id)
    const revisions = Object.fromEntries(this.tasks.map((task) => [task, this.#revisions.get(task) ?? 0]))
    return { ...sample, ...this.size, labels: [...this.tasks], revisions }
  }
  override photoUrl = (): string => this.photo
  override thumbnailUrl = (): string => this.photo
  override async map(_id: string, task: TaskId): Promise<LoadedMap> {
    return { map: largeMap(task, this.size), revision: this.#revisions.get(task) ?? 0 }
  }
  override async correct(
    _id: string,
    { maps }: CorrectionGesture,
  ): Promise<{ revisions: Readonly<Record<string, number>> }> {
    for (const { task } of maps) this.#revisions.set(task, (this.#revisions.get(task) ?? 0) + 1)
    return { revisions: Object.fromEntries(this.#revisions) }
  }
}

/** Wavy regions, slopes and lines: every kind has something to colour everywhere. */
function largeMap(task: TaskId, { width, height }: Size): DenseMap {
  const map = createMap(TASKS[task].kind, width, height)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = y * width + x
      const wave = x + 40 * Math.sin(y / 97)
      if (map.kind === 'class') map.data[at] = (Math.floor(wave / 210) + Math.floor(y / 170)) % CLASSES.length
      else if (map.kind === 'scalar') map.data[at] = 1 + (8 * y) / height + Math.sin(wave / 300)
      else if (map.kind === 'probability') map.data[at] = Math.abs(wave % 211) < 3 ? 0.9 : 0.02
      else {
        const tilt = Math.sin(wave / 400)
        map.data[at * 3] = tilt
        map.data[at * 3 + 2] = Math.sqrt(1 - tilt * tilt)
      }
    }
  return map
}
