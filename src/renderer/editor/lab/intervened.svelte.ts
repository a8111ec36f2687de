import { fittedRange } from '../../../shared/difference'
import { interventionsKey } from '../../../shared/lab/intervention'
import type { InterveneRequest, MetricChange } from '../../../shared/lab/wire'
import type { TaskId } from '../../../shared/tasks'
import type { Intervened, LabClient } from '../../api/lab-client'
import type { Document } from '../document'
import { Question, type Answered } from './question.svelte'

/** Answers kept for undo and redo; one of six tasks at 640x480 has about 10 MB. */
const KEPT = 6

const keyOf = (sample: string, { model, interventions }: InterveneRequest): string =>
  `${sample}/${model}/${interventionsKey(interventions)}`

interface Averaging {
  /** null = all images. */
  readonly split: string | null
  readonly done: number
  readonly total: number
}

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
  /** How far the engine is with the mean of a split that the answer waits for. */
  averaging: Averaging | null = $state.raw(null)
  readonly #kept = new Map<string, Intervened>()
  readonly #measured = new Map<string, readonly MetricChange[]>()
  /** What is followed: null = nothing. */
  #sample: string | null = null
  #request: InterveneRequest | null = null
  /** Counts how often everything was forgotten: whoever follows in an effect follows again. */
  #forgotten = $state(0)

  /** `watched` tells that figures are looked at: they take long, and labels are corrected often. */
  constructor(
    client: Pick<LabClient, 'intervene'>,
    private readonly document: () => Document | null,
    private readonly watched: () => boolean,
  ) {
    this.question = new Question(async (sample, request, signal) => {
      this.averaging = null
      const key = keyOf(sample, request)
      const answer = this.#kept.get(key) ?? (await client.intervene(sample, request, signal))
      if (signal.aborted) return answer
      this.#kept.delete(key)
      this.#kept.set(key, answer)
      for (const old of [...this.#kept.keys()].slice(0, -KEPT)) this.#kept.delete(old)
      await this.#show(sample, answer, signal)
      if (!signal.aborted) this.#measure({ sample, request, answer })
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
    void this.#forgotten
    if (sample !== this.#sample) {
      this.figures.clear()
      this.#clear()
    }
    this.#sample = sample
    this.#request = request && interventionsKey(request.interventions) !== '[]' ? request : null
    if (sample !== null && this.#request) {
      this.question.ask(sample, this.#request)
      return
    }
    this.question.clear()
    this.figures.clear()
    this.#clear()
  }

  /** The maps of a sample were read and replaced on screen: those under interventions are put beside them again. */
  shown(sample: string): void {
    if (this.ranges.size > 0) this.ranges = new Map()
    if (sample === this.#sample && this.#request) this.question.ask(sample, this.#request)
  }

  /** Labels of a sample were corrected: the figures against them are old. */
  corrected(sample: string): void {
    for (const key of this.#measured.keys()) if (key.startsWith(`${sample}/`)) this.#measured.delete(key)
    if (sample !== this.#sample) return
    this.figures.clear()
    const { shown, busy } = this.question
    // What is on its way is measured when it is here.
    if (shown && !busy && this.watched()) this.#measure(shown)
  }

  /** Forgets everything: another folder or model is open, or photos changed. */
  forget(): void {
    this.#kept.clear()
    this.#measured.clear()
    this.question.clear()
    this.figures.clear()
    this.#clear()
    this.#forgotten++
  }

  #measure({ sample, request, answer }: Answered<InterveneRequest, Intervened>): void {
    const tasks = answer.maps.map(({ task }) => task)
    this.figures.ask(sample, tasks.length === 0 ? null : { ...request, tasks, metrics: true })
  }

  async #show(sample: string, { maps }: Intervened, signal: AbortSignal): Promise<void> {
    const document = this.document()
    if (document?.detail.id !== sample) return
    const before = await Promise.all(maps.map(({ task }) => document.load(task, 'prediction')))
    if (document.closed || signal.aborted) return
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
