import type { ModelRef } from '../../shared/inference-protocol'
import { AppError } from '../../shared/errors'
import { encodeFrame } from '../../shared/frame'
import { classCells, classesUnder } from '../../shared/lab/class-cells'
import type { Intervention } from '../../shared/lab/intervention'
import type { LabAnswer } from '../../shared/lab/protocol'
import { maskOfRegion, type Region } from '../../shared/lab/region'
import type {
  EffectsAnswer,
  EffectsRequest,
  GalleryRequest,
  InterveneRequest,
  IntervenedHeader,
  MatrixAnswer,
  MatrixRequest,
  QueryHeader,
  QueryRequest,
  TraceRequest,
} from '../../shared/lab/wire'
import { bytesOf } from '../../shared/maps'
import type { TaskId } from '../../shared/tasks'
import type { Dataset } from '../dataset/dataset'
import type { Services, Workspace } from '../services'
import type { AskOptions, LabImage } from './ask'
import type { LabModel } from './lab-model'
import { sharesClasses } from './labels'
import { metricChanges } from './metric-changes'
import { QuerySources } from './query-sources'
import { TallyThreads, type MeasureTally } from './tally'

type Frame = Uint8Array<ArrayBuffer>

/** The attention lab of the open samples, as the routes ask it; every method throws as `askLab`. */
export class SampleLab {
  /** Encoder queries of other samples, of one model and data set. */
  #sources: { readonly model: string; readonly dataset: Dataset; readonly sources: QuerySources } | null =
    null

  /** `measure` measures predictions under interventions; idle threads do not keep the program alive. */
  constructor(
    private readonly services: Services,
    private readonly measure: MeasureTally = new TallyThreads().measure,
  ) {}

  async trace(id: string, request: TraceRequest, signal: AbortSignal): Promise<Frame> {
    const { model, image, workspace } = await this.#open(id, request.model)
    // Of a pointer's positions only the last counts.
    const options = { ...this.#options(workspace, model, request.interventions, signal), slot: 'trace' }
    const ask = { kind: 'trace' as const, ...request }
    return (await model.ask(image, request.interventions, ask, options)).frame
  }

  async query(id: string, request: QueryRequest, signal: AbortSignal): Promise<Frame> {
    const { model, image, workspace } = await this.#open(id, request.model)
    const options = { ...this.#options(workspace, model, request.interventions, signal), slot: 'query' }
    const ask = { kind: 'query' as const, ...request }
    const { header, data } = await model.ask(image, request.interventions, ask, options)
    return encodeFrame(await withLabel(workspace, model, id, header, data), bytes(data))
  }

  async gallery(id: string, request: GalleryRequest, signal: AbortSignal): Promise<Frame> {
    const { model, image, workspace } = await this.#open(id, request.model)
    const options = { ...this.#options(workspace, model, request.interventions, signal), slot: 'gallery' }
    const ask = { kind: 'gallery' as const, ...request }
    const { header, data } = await model.ask(image, request.interventions, ask, options)
    return encodeFrame(header, data)
  }

  async matrix(id: string, request: MatrixRequest, signal: AbortSignal): Promise<MatrixAnswer> {
    const { model, image, workspace } = await this.#open(id, request.model)
    // Several views ask for matrices at once: each is answered.
    const options = this.#options(workspace, model, request.interventions, signal)
    const region = bytesOfRegion(request.region, image)
    const ask = { kind: 'matrix' as const, ...request, region }
    return (await model.ask(image, request.interventions, ask, options)).answer
  }

  async intervene(id: string, request: InterveneRequest, signal: AbortSignal): Promise<Frame> {
    const { model, image, workspace } = await this.#open(id, request.model)
    const { interventions } = request
    // The cuts of the list and those beside a trace are asked for at once: each is answered.
    const options = this.#options(workspace, model, interventions, signal)
    const maps: Extract<LabAnswer, { kind: 'maps' }>['maps'] = []
    const unchanged: TaskId[] = []
    let seconds = 0
    // One decoder after another, so that a pointer's questions are answered in between.
    for (const task of request.tasks ?? tasksOf(model)) {
      const ask = { kind: 'maps' as const, tasks: [task] }
      const found = await model.ask(image, interventions, ask, options)
      maps.push(...found.maps)
      unchanged.push(...found.unchanged)
      seconds += found.seconds
    }
    const { services, measure } = this
    const metrics = request.metrics
      ? await metricChanges(workspace, services.predictions, model, id, maps, { measure, signal })
      : []
    const header: IntervenedHeader = { maps: [], unchanged, metrics, seconds }
    const payload = new Uint8Array(maps.reduce((sum, { map }) => sum + map.data.byteLength, 0))
    let offset = 0
    for (const { task, map } of maps) {
      const { kind, width, height } = map
      const part = bytesOf(map)
      header.maps.push({ task, kind, width, height, offset, bytes: part.byteLength })
      payload.set(part, offset)
      offset += part.byteLength
    }
    return encodeFrame(header, payload)
  }

  /** One change after another, so that a pointer's questions are answered in between. */
  async effects(id: string, request: EffectsRequest, signal: AbortSignal): Promise<EffectsAnswer> {
    const { model, image, workspace } = await this.#open(id, request.model)
    const { base, changes } = request
    const region = bytesOfRegion(request.region, image)
    const answer: EffectsAnswer = { effects: [], seconds: 0 }
    for (const change of changes) {
      const options = this.#options(workspace, model, [...base, ...change], signal)
      const ask = { kind: 'effect' as const, change, tasks: request.tasks ?? tasksOf(model), region }
      const { values, seconds } = await model.ask(image, base, ask, options)
      answer.effects.push(values)
      answer.seconds += seconds
    }
    return answer
  }

  /** Frees what the child keeps of the sample. */
  async close(id: string): Promise<void> {
    const { dataset } = this.services.workspace
    const image = await this.services.predictions.labImage(dataset, dataset.sample(id).id)
    await this.services.predictions.labModel().ask(image, [], { kind: 'close' })
  }

  /** Throws `sample_missing` for an unknown sample, `not_found` for one without a prediction, `model_changed` for another model's hash. */
  async #open(id: string, hash: string): Promise<{ model: LabModel; image: LabImage; workspace: Workspace }> {
    const { predictions, workspace } = this.services
    const model = predictions.labModel()
    if (model.ref.hash !== hash)
      throw new AppError(
        'model_changed',
        `the open model is ${model.ref.card.name}; what is shown belongs to another one, look at the sample again`,
        { expected: hash, found: model.ref.hash },
      )
    const image = await predictions.labImage(workspace.dataset, workspace.dataset.sample(id).id)
    return { model, image, workspace }
  }

  #options(
    workspace: Workspace,
    model: LabModel,
    interventions: readonly Intervention[],
    signal: AbortSignal,
  ): AskOptions {
    const { dataset } = workspace
    const { hash } = model.ref
    // A folder that is read again is another data set of the same root.
    if (this.#sources?.dataset !== dataset || this.#sources.model !== hash) {
      const { events, predictions } = this.services
      const sources = new QuerySources(dataset, model, predictions.cacheDir, (split, done, total) =>
        events.emit({ type: 'averaging', split, done, total }),
      )
      this.#sources = { model: hash, dataset, sources }
    }
    return { signal, queriesOf: this.#sources.sources.for(interventions, signal) }
  }
}

/** Adds the classes of the label under the write map, where the class task has one of the model's classes. */
async function withLabel(
  { dataset, project }: Workspace,
  model: LabModel,
  id: string,
  header: QueryHeader,
  data: Float32Array,
): Promise<QueryHeader> {
  const { classes, write } = header
  if (!classes || !dataset.hasLabel(id, classes.task)) return header
  if (!sharesClasses(dataset, model, classes.task)) return header
  const { map } = await project.read(id, classes.task)
  if (map.kind !== 'class') return header
  const weights = data.subarray(write.offset, write.offset + write.width * write.height)
  return { ...header, classes: { ...classes, label: classesUnder(classCells(map, write), weights) } }
}

function bytesOfRegion(region: Region | null, size: LabImage): Uint8Array<ArrayBuffer> | null {
  return region && maskOfRegion(region, size).data
}

function tasksOf({ ref }: { ref: ModelRef }): TaskId[] {
  return ref.card.tasks.map(({ id }) => id)
}

function bytes(data: Float32Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
}
