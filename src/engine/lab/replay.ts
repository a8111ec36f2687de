import * as v from 'valibot'
import { AppError } from '../../shared/errors'
import { effectOf } from '../../shared/lab/effect'
import { interventionsKey, sourcesOf, type Intervention } from '../../shared/lab/intervention'
import type { Replay } from '../../shared/lab/jobs'
import { spreadOf } from '../../shared/lab/spread'
import { METRICS } from '../../shared/metrics'
import type { Figures, Tally } from '../../shared/metrics/metric'
import { addTallies } from '../../shared/metrics/tally'
import { TASK_IDS, type TaskId } from '../../shared/tasks'
import { contextOf } from '../evaluate/measurer'
import { eachSample, type Samples } from './each-sample'
import type { LabModel } from './lab-model'
import { withTallyThreads } from './tally'
import { labelStamps, labelTasks, SampleLabels, sameLabels } from './labels'
import { QuerySources } from './query-sources'
import { Records } from './records'

const task = v.picklist(TASK_IDS)
const tally = v.nullable(v.record(v.string(), v.array(v.number())))
const recordSchema = v.object({
  stamps: v.record(task, v.string()),
  tasks: v.array(v.object({ task, effect: v.nullable(v.number()), before: tally, after: tally })),
})
type Replayed = v.InferOutput<typeof recordSchema>

export interface ReplayRequest extends Samples {
  readonly model: LabModel
  readonly split: string
  readonly interventions: readonly Intervention[]
  readonly cacheDir: string
}

/**
 * Predicts every sample with and without the interventions: how far each task moves, and its figures against the labels
 * before and after, over all samples and one by one. Samples measured before are reused. Throws as `eachSample`,
 * `compile` and `labelTasks`.
 */
export async function replay(request: ReplayRequest): Promise<Replay> {
  const { dataset, model, interventions, split } = request
  const { ref, shape } = model
  model.check(interventions)
  const settings = [ref.hash, ref.provider, interventionsKey(interventions)]
  const records = new Records(request.cacheDir, 'replay', settings, recordSchema)
  const labelled = labelTasks(dataset, model)
  // Queries of other photos may change with them.
  const keeps = sourcesOf(interventions).length === 0
  const queriesOf = new QuerySources(dataset, model, request.cacheDir).for(interventions, request.signal)
  const found: { sample: string; tasks: Replayed['tasks'] }[] = []
  const { skipped } = await withTallyThreads((measure) =>
    eachSample<Replayed>(request, {
      async known(id, photo) {
        const record = keeps ? await records.get(photo) : null
        return record && sameLabels(record.stamps, await labelStamps(dataset, id, labelled)) ? record : null
      },
      async measure(id, image) {
        const stamps = await labelStamps(dataset, id, labelled)
        const labels = await SampleLabels.read(dataset, id, stamps, measure)
        const plain = await model.plain(image, request.signal)
        const changed = await model.changed(image, interventions, shape.tasks, {
          signal: request.signal,
          queriesOf,
        })
        const tasks = await Promise.all(
          shape.tasks.map(async (one) => {
            const [before, after] = [plain.get(one), changed.get(one)]
            if (!before || !after) throw new AppError('internal', `the model gave no map of ${one}`)
            const tallies = await Promise.all([labels.tally(one, before), labels.tally(one, after)])
            return { task: one, effect: effectOf(before, after), before: tallies[0], after: tallies[1] }
          }),
        )
        const record = { stamps: { ...stamps }, tasks }
        if (keeps) await records.add(image.key, record)
        return record
      },
      use: (sample, { tasks }) => void found.push({ sample, tasks }),
    }),
  )
  const figuresOf = (one: TaskId, sums: Tally): Figures =>
    METRICS[one].figures(sums, contextOf(dataset, one)).strict
  return {
    split,
    model: ref.card.name,
    modelHash: ref.hash,
    interventions: [...interventions],
    samples: found.length,
    tasks: shape.tasks.map((one) => taskOf(one, found, figuresOf)),
    perSample: found.map(({ sample, tasks }) => ({
      sample,
      tasks: tasks.map(({ task: one, effect, before, after }) => {
        const { figure } = METRICS[one].headline
        const headline =
          before && after
            ? {
                figure,
                before: figuresOf(one, before)[figure] ?? null,
                after: figuresOf(one, after)[figure] ?? null,
              }
            : null
        return { task: one, effect, headline }
      }),
    })),
    skipped: [...skipped],
  }
}

function taskOf(
  one: TaskId,
  found: readonly { readonly tasks: Replayed['tasks'] }[],
  figuresOf: (task: TaskId, sums: Tally) => Figures,
): Replay['tasks'][number] {
  const entries = found.flatMap(({ tasks }) => tasks.filter((entry) => entry.task === one))
  const pairs = entries.flatMap(({ before, after }) => (before && after ? [{ before, after }] : []))
  const sum = (pick: (pair: (typeof pairs)[number]) => Tally): Figures =>
    pairs.length > 0 ? figuresOf(one, pairs.map(pick).reduce(addTallies)) : {}
  const [before, after] = [sum((pair) => pair.before), sum((pair) => pair.after)]
  return {
    task: one,
    effect: spreadOf(entries.flatMap(({ effect }) => (effect === null ? [] : [effect]))),
    figures: Object.keys(before).map((figure) => ({
      figure,
      before: before[figure] ?? null,
      after: after[figure] ?? null,
    })),
    higherIsBetter: METRICS[one].headline.higherIsBetter,
    labelled: pairs.length,
  }
}
