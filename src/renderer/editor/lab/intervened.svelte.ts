import { fittedRange } from '../../../shared/difference'
import { interventionsKey } from '../../../shared/lab/intervention'
import type { InterveneRequest, MetricChange } from '../../../shared/lab/wire'
import type { TaskId } from '../../../shared/tasks'
import type { Intervened, LabClient } from '../../api/lab-client'
import type { Document } from '../document'
import { Question } from './question.svelte'

/** Answers kept for undo and redo; one of six tasks at 640x480 has about 10 MB. */
const KEPT = 6

const keyOf = (sample: string, { model, interventions }: InterveneRequest): string =>
  `${sample}/${model}/${interventionsKey(interventions)}`

/**
 * The prediction of the open sample under the active interventions. Its maps stand in the document beside the untouched
 * prediction, so that taking a cut back shows at once, bit for bit, what was there before.
 */
export class IntervenedPrediction {
  readonly question: Question<InterveneRequest, Intervened>
  /** What changes against the labels; measured once the maps are shown, because it takes longer. */
  readonly figures: Question<InterveneRequest, readonly MetricChange[]>
  /** Tasks that the interventions change, each with the end of the colour scale of its difference (`fittedRange`). */
  ranges: ReadonlyMap<TaskId, number> = $state.raw(new Map())
  readonly #kept = new Map<string, Intervened>()
  readonly #measured = new Map<string, readonly MetricChange[]>()
  #sample: string | null = null

  constructor(
    client: Pick<LabClient, 'intervene'>,
    private readonly document: () => Document | null,
  ) {
    this.question = new Question(async (sample, request, signal) => {
      const key = keyOf(sample, request)
      const answer = this.#kept.get(key) ?? (await client.intervene(sample, request, signal))
      if (signal.aborted) return answer
      this.#kept.delete(key)
      this.#kept.set(key, answer)
      for (const old of [...this.#kept.keys()].slice(0, -KEPT)) this.#kept.delete(old)
      await this.#show(sample, answer)
      const tasks = answer.maps.map(({ task }) => task)
      this.figures.ask(sample, tasks.length === 0 ? null : { ...request, tasks, metrics: true })
      return answer
    })
    this.figures = new Question(async (sample, request, signal) => {
      const key = keyOf(sample, request)
      const known = this.#measured.get(key)
      if (known) return known
      const { metrics } = await client.intervene(sample, request, signal)
      if (!signal.aborted) this.#measured.set(key, metrics)
      return metrics
    })
  }

  /** What changed and by how much; null while nothing is changed or the answer is not here yet. */
  get answer(): Intervened | null {
    return this.question.shown?.answer ?? null
  }

  /** True when `figures` are those of `request`, and no others are on their way. */
  isCurrent(request: InterveneRequest | null): boolean {
    const { shown, busy } = this.figures
    if (!shown || !request || busy || this.question.busy) return false
    return keyOf(shown.sample, shown.request) === keyOf(shown.sample, request)
  }

  /** Predicts under what is asked; null, or a list that does nothing, shows the untouched prediction at once. */
  follow(sample: string | null, request: InterveneRequest | null): void {
    if (sample !== this.#sample) {
      this.figures.clear()
      this.#clear()
    }
    this.#sample = sample
    if (sample !== null && request && interventionsKey(request.interventions) !== '[]') {
      this.question.ask(sample, request)
      return
    }
    this.question.clear()
    this.figures.clear()
    this.#clear()
  }

  /** Forgets what is kept: labels were corrected, so the figures against them are old, or another model was opened. */
  forget(): void {
    this.#kept.clear()
    this.#measured.clear()
    this.figures.clear()
  }

  async #show(sample: string, { maps }: Intervened): Promise<void> {
    const document = this.document()
    if (document?.detail.id !== sample) return
    const before = await Promise.all(maps.map(({ task }) => document.load(task, 'prediction')))
    if (document.closed) return
    const ranges = new Map<TaskId, number>()
    maps.forEach(({ task, map }, at) => {
      const untouched = before[at]
      if (untouched) ranges.set(task, fittedRange(untouched, map))
    })
    const changed = new Map(maps.map(({ task, map }) => [task, map]))
    for (const task of new Set([...this.ranges.keys(), ...ranges.keys()]))
      document.setIntervened(task, changed.get(task) ?? null)
    this.ranges = ranges
  }

  #clear(): void {
    for (const task of this.ranges.keys()) this.document()?.setIntervened(task, null)
    if (this.ranges.size > 0) this.ranges = new Map()
  }
}
