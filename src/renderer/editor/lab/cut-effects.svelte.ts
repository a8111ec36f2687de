import { effectOf } from '../../../shared/lab/effect'
import { interventionsKey, type Intervention } from '../../../shared/lab/intervention'
import { problemFrom, type Problem } from '../../../shared/errors'
import type { DenseMap } from '../../../shared/maps'
import type { TaskId } from '../../../shared/tasks'
import type { Lab, LabParts } from './lab.svelte'

/** What one task's prediction becomes when its queries cannot read those of another task. */
export interface Cut {
  readonly source: TaskId
  readonly before: DenseMap
  /** `before` itself where the cut changes nothing. */
  readonly after: DenseMap
  /** `effectOf` over the whole photo. */
  readonly mean: number | null
}

interface Measured {
  readonly key: string
  readonly cuts: readonly Cut[]
}

/** How long the pixel must rest before anything is run: a cut takes as long as a dozen traces. */
export const REST_MS = 300
/** Maps of a photo are megabytes; of so many target tasks and lists of interventions they are kept. */
const MOST_KEPT = 8

/**
 * The measured counterpart of a trace: each source task cut from the traced pixel's task in turn, at every scale, on top of
 * the active interventions. What was measured holds for every pixel of that task, so it is asked once.
 */
export class CutEffects {
  #kept: readonly Measured[] = $state.raw([])
  /** Why a cut failed; nothing more is measured of that key before someone asks again. */
  #failed: { readonly key: string; readonly problem: Problem } | null = $state.raw(null)
  #timer: ReturnType<typeof setTimeout> | null = null
  #running = new AbortController()

  constructor(
    private readonly lab: Lab,
    private readonly parts: Pick<LabParts, 'client' | 'prediction'>,
  ) {}

  /** What is to be measured: the task, and on top of what. */
  readonly wanted: { readonly sample: string; readonly target: TaskId; readonly key: string } | null =
    $derived.by(() => {
      const { sample, reading, point, interventions, tasks } = this.lab
      if (sample === null || !reading || !point || tasks.length < 2) return null
      const list = interventionsKey(interventions.active)
      const key = JSON.stringify([sample, reading.model, point.task, interventions.mode, list])
      return { sample, target: point.task, key }
    })
  /** What is known so far; grows cut by cut. */
  readonly cuts: readonly Cut[] = $derived(this.#kept.find(({ key }) => key === this.wanted?.key)?.cuts ?? [])
  readonly problem: Problem | null = $derived.by(() => this.#failed?.problem ?? null)
  readonly missing: boolean = $derived.by(
    () => this.wanted !== null && this.problem === null && this.cuts.length < this.lab.tasks.length - 1,
  )

  /** The traced pixel is now another, or the same under other cuts: measures once it rests. Null = not at all. */
  rest(): void {
    this.stop()
    if (this.#failed?.key !== this.wanted?.key) this.#failed = null
    if (this.missing) this.#timer = setTimeout(() => void this.measure(), REST_MS)
  }
  /** Measures again what failed. */
  retry(): void {
    this.stop()
    this.#failed = null
    void this.measure()
  }
  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    this.#running.abort()
  }

  /** Measures what is missing of what is wanted. Stopped by `rest` and `stop` between two cuts. */
  async measure(): Promise<void> {
    const { wanted, lab } = this
    const model = lab.reading?.model
    if (!wanted || model === undefined) return
    const { signal } = (this.#running = new AbortController())
    const { target, sample, key } = wanted
    const base = [...lab.interventions.active]
    const { mode } = lab.interventions
    const predict = async (interventions: Intervention[]): Promise<DenseMap | null> => {
      const request = { model, interventions, tasks: [target], metrics: false }
      const { maps } = await this.parts.client.intervene(sample, request, signal)
      return maps.find(({ task }) => task === target)?.map ?? null
    }
    try {
      const plain = await this.parts.prediction(sample, target, signal)
      const before = base.length > 0 ? ((await predict(base)) ?? plain) : plain
      for (const source of lab.tasks) {
        if (source === target || this.#of(key).some((cut) => cut.source === source)) continue
        const link = { kind: 'taskLink', scale: null, source, target, head: null, factor: 0, mode } as const
        const after = await predict([...base, { ...link, id: 'measured', name: '', enabled: true }])
        if (signal.aborted) return
        // Without a change of the whole list the answer is the plain prediction.
        const changed = after ?? plain
        this.#keep(key, { source, before, after: changed, mean: effectOf(before, changed) })
      }
    } catch (error) {
      if (!signal.aborted) this.#failed = { key, problem: problemFrom(error) }
    }
  }

  /** Another sample or model: everything measured is of the past. */
  clear(): void {
    this.stop()
    this.#kept = []
    this.#failed = null
  }

  #of(key: string): readonly Cut[] {
    return this.#kept.find((measured) => measured.key === key)?.cuts ?? []
  }
  #keep(key: string, cut: Cut): void {
    const cuts = [...this.#of(key), cut]
    const others = this.#kept.filter((measured) => measured.key !== key)
    this.#kept = [...others, { key, cuts }].slice(-MOST_KEPT)
  }
}
