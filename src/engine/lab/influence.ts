import * as v from 'valibot'
import { AppError } from '../../shared/errors'
import type { KeyedImage } from '../../shared/inference-protocol'
import { labCapabilities } from '../../shared/lab/capability'
import { effectOf } from '../../shared/lab/effect'
import { summariseInfluence } from '../../shared/lab/influence'
import type { CutMode } from '../../shared/lab/intervention'
import { cutOf, reachOf, weightOn } from '../../shared/lab/link'
import { TASK_IDS } from '../../shared/tasks'
import { contextOf } from '../evaluate/measurer'
import { mapConcurrent } from '../files/concurrent'
import { VERSION } from '../install'
import { eachSample, type Samples } from './each-sample'
import type { InfluenceReport } from './influence-report'
import type { LabModel } from './lab-model'
import { LabelSums } from './label-changes'
import { labelStamps, labelTasks, SampleLabels, sameLabels, type Stamps } from './labels'
import { Records } from './records'
import { withTallyThreads, type MeasureTally } from './tally'

const task = v.picklist(TASK_IDS)
const tally = v.record(v.string(), v.array(v.number()))
const recordSchema = v.object({
  effect: v.array(v.nullable(v.number())),
  attention: v.array(v.number()),
  /** Null for bundles that tell no contributions. */
  contribution: v.nullable(v.array(v.number())),
  /** Sums of the metrics against the labels: with nothing cut, and with each link cut; null where they were not asked for. */
  labels: v.nullable(
    v.object({
      stamps: v.record(task, v.string()),
      before: v.array(v.object({ task, tally })),
      /** By link; null where the task it reaches has no label. */
      after: v.array(v.nullable(tally)),
    }),
  ),
})
/** One image's numbers, links in the order of `linksOf`. */
export type SampleRecord = v.InferOutput<typeof recordSchema>

export interface InfluenceRequest extends Samples {
  readonly model: LabModel
  /** How the report calls the samples. */
  readonly split: string
  readonly mode: CutMode
  /** Also measure what each cut does to the metrics against the labels; boundaries take long. */
  readonly labels: boolean
  /** Where measured images are kept for the next run. */
  readonly cacheDir: string
}

/**
 * Cuts every link of the model alone, on every image, and measures how far the prediction that the link reaches moves.
 * Images measured before are reused. Throws as `eachSample`, and `export_refused` as `labelTasks`.
 */
export async function measureInfluence(request: InfluenceRequest): Promise<InfluenceReport> {
  const start = performance.now()
  const { dataset, model, mode } = request
  const { ref, links } = model
  const settings = [ref.hash, ref.provider, mode, links]
  const records = new Records(request.cacheDir, 'influence', settings, recordSchema)
  const labelled = request.labels ? labelTasks(dataset, model) : []
  const sums = new LabelSums(links)
  const perSample: InfluenceReport['perSample'][number][] = []
  const { skipped, reused } = await withTallyThreads((measure) =>
    eachSample<SampleRecord>(request, {
      async known(id, photo) {
        const record = await records.get(photo)
        const wanted = await labelStamps(dataset, id, labelled)
        return record && sameLabels(record.labels?.stamps ?? {}, wanted) ? record : null
      },
      async measure(id, image) {
        const record = await measureSample(
          request,
          id,
          image,
          await labelStamps(dataset, id, labelled),
          measure,
        )
        await records.add(image.key, record)
        return record
      },
      use(sample, { effect, attention, contribution, labels }) {
        if (request.labels && labels) sums.add(labels)
        perSample.push({ sample, effect, attention, contribution })
      },
    }),
  )
  return {
    ...summariseInfluence(model.shape, perSample),
    dataset: dataset.name,
    layout: dataset.layout,
    split: request.split,
    model: ref.card.name,
    modelHash: ref.hash,
    mode,
    labels: request.labels ? sums.changes((id) => contextOf(dataset, id)) : null,
    perSample,
    skipped,
    reused,
    seconds: (performance.now() - start) / 1000,
    version: VERSION,
  }
}

async function measureSample(
  { dataset, model, mode, ids, signal, progress }: InfluenceRequest,
  id: string,
  image: KeyedImage,
  stamps: Stamps,
  measure: MeasureTally,
): Promise<SampleRecord> {
  const { links } = model
  const plain = await model.plain(image, signal)
  const { contributions } = labCapabilities(model.ref.card)
  const attention = await model.matrices(image, 'raw', signal)
  const contribution = contributions ? await model.matrices(image, 'contribution', signal) : null
  const labels = await SampleLabels.read(dataset, id, stamps, measure)
  let done = 0
  // Results are measured while the model runs on the next cuts.
  const cuts = await mapConcurrent(links, 4, async (link) => {
    const reached = reachOf(link)
    const changed = await model.changed(image, [cutOf(link, mode)], [reached], { signal })
    const [before, after] = [plain.get(reached), changed.get(reached)]
    if (!before || !after) throw new AppError('internal', `the model gave no map of ${reached}`)
    const cut = { effect: effectOf(before, after), after: await labels.tally(reached, after) }
    if (ids.length === 1) progress?.(++done, links.length, '')
    return cut
  })
  const before: NonNullable<SampleRecord['labels']>['before'] = []
  for (const [one, map] of plain) {
    const found = await labels.tally(one, map)
    if (found) before.push({ task: one, tally: found })
  }
  return {
    effect: cuts.map(({ effect }) => effect),
    attention: links.map((link) => weightOn(model.shape, attention, link)),
    contribution: contribution && links.map((link) => weightOn(model.shape, contribution, link)),
    labels:
      before.length > 0 ? { stamps: { ...stamps }, before, after: cuts.map(({ after }) => after) } : null,
  }
}
