import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CardTensor } from '../../shared/card'
import { graphsOf } from '../../shared/card-graphs'
import { AppError, isOfOneSample, problemFrom } from '../../shared/errors'
import type { ForwardResult, StreamedTensor } from '../../shared/inference-protocol'
import type { ProviderChoice, ProviderReport, Trial } from '../../shared/providers'
import { encodeNpy } from '../codecs/npy'
import type { Dataset } from '../dataset/dataset'
import { DATASET_FILE } from '../dataset/generic-file'
import { mapConcurrent } from '../files/concurrent'
import { InferenceHost } from '../inference/host'
import { TrialMemory } from '../inference/trial-memory'
import type { Bundle } from './bundle'
import { cacheFolder } from './cache-folder'
import { plainForward } from './plain-forward'
import { predictLayout } from './predict-layout'
import { copyInto, PREDICT_REPORT, prepareTarget, writeInto } from './predict-target'
import { describeRawLogits, RAW_FILE, rawLogitsFile } from './raw-logits'

export interface PredictFolderRequest {
  readonly dataset: Dataset
  readonly bundle: Bundle
  readonly out: string
  readonly ids: readonly string[]
  readonly provider: ProviderChoice
  /** Also float32 logits (C,H,W) at the photo's size, described by `raw.json`; those of depth replace `depth/<id>.npy`. */
  readonly raw: boolean
  /** Also `attention/<id>/<tensor>.npy`, described by `attention/axes.json`. */
  readonly attention: boolean
  readonly signal?: AbortSignal
  readonly progress?: (done: number, total: number, id: string) => void
}

export interface PredictReport {
  /** Samples written. */
  readonly samples: number
  /** Null when no sample was. */
  readonly provider: string | null
  /** Providers that were tried and are not used, and why. */
  readonly dropped: readonly Pick<Trial, 'provider' | 'verdict' | 'reason'>[]
  readonly seconds: number
  readonly model: string
  readonly modelHash: string
  readonly tasks: readonly string[]
  readonly skipped: readonly { sample: string; code: string; message: string }[]
}

/**
 * Predicts samples and writes every task in the data set's own encoding (`predictLayout`), with the photos and id lists,
 * so that the folder opens as a data set. Each file is written atomically. A sample that cannot be read or run is skipped and named.
 * Throws `export_refused` for an unfit target, `sample_missing`, `bundle_invalid`, `provider_unavailable`, `write_failed`.
 */
export async function predictFolder(wanted: PredictFolderRequest): Promise<PredictReport> {
  const { dataset, description } = await predictLayout(wanted.dataset, wanted.bundle.card)
  const request = { ...wanted, dataset }
  const { bundle, ids } = request
  const start = performance.now()
  for (const id of ids) dataset.sample(id)
  const tasks = tasksToWrite(request)
  const out = await prepareTarget(dataset.root, request.out)
  if (request.attention) await writeAxes(out, bundle)
  const [first] = ids
  if (request.raw && first !== undefined)
    await writeInto(join(out, RAW_FILE), describeRawLogits(dataset, bundle.card, first))

  const host = new InferenceHost({ memory: new TrialMemory(cacheFolder()) })
  const stop = new AbortController()
  const signal = request.signal ? AbortSignal.any([request.signal, stop.signal]) : stop.signal
  const skipped: PredictReport['skipped'][number][] = []
  const written: string[] = []
  let last: Pick<ForwardResult, 'provider'> | null = null
  const report = (): PredictReport => ({
    samples: written.length,
    provider: last?.provider ?? null,
    dropped: notUsed(host.report({ ...bundle, provider: request.provider })),
    seconds: (performance.now() - start) / 1000,
    model: bundle.card.name,
    modelHash: bundle.hash,
    tasks,
    skipped,
  })
  // Written first, so that a second run knows the folder as its own even when this one is interrupted.
  await writeReport(out, report())
  try {
    let done = 0
    // Two at a time: one sample is decoded and written while the model runs on the other.
    await mapConcurrent(ids, 2, async (id) => {
      try {
        last = await predictSample(request, host, out, id, signal)
        written.push(id)
      } catch (error) {
        const { code, message } = problemFrom(error)
        if (!isOfOneSample(code)) throw error
        skipped.push({ sample: id, code, message })
      }
      request.progress?.(++done, ids.length, id)
    }).finally(() => stop.abort())
  } finally {
    await host.dispose()
  }
  await writeLists(dataset, out, new Set(written))
  if (description) await writeInto(join(out, DATASET_FILE), `${JSON.stringify(description, null, 2)}\n`)
  for (const file of dataset.files) await copyInto(join(dataset.root, file), join(out, file))
  await writeReport(out, report())
  return report()
}

function notUsed({ trials }: ProviderReport): PredictReport['dropped'] {
  return trials
    .filter(({ verdict }) => verdict !== 'used')
    .map(({ provider, verdict, reason }) => ({ provider, verdict, reason }))
}

/** The model's tasks, all of which the layout must be able to store. */
function tasksToWrite({ dataset, bundle, ids, attention }: PredictFolderRequest): string[] {
  const { card } = bundle
  if (attention && 'single' in card.graphs)
    throw new AppError(
      'bad_arguments',
      `${card.name} is a single graph and has no attention; leave --attention out`,
    )
  const [id] = ids
  return card.tasks.map((task) => {
    if (id !== undefined) dataset.labelFile(id, task.id)
    const stored = dataset.tasks.find((known) => known.id === task.id)?.classes
    if (stored && task.kind === 'class' && stored.length !== task.channels)
      throw new AppError(
        'export_refused',
        `${card.name} predicts ${task.channels} classes of ${task.id}, ${dataset.layout} stores ${stored.length}; use a model for this data set`,
      )
    return task.id
  })
}

async function predictSample(
  { dataset, bundle, raw, attention, provider }: PredictFolderRequest,
  host: InferenceHost,
  out: string,
  id: string,
  signal: AbortSignal,
): Promise<ForwardResult> {
  const image = { key: id, ...(await dataset.readPhoto(id)) }
  const rawFiles = new Set<string>()
  const result = await host.run(
    { ...bundle, provider },
    { ...plainForward(image, attention), stream: { logits: raw, attention } },
    {
      signal,
      onTensor: async (tensor) => {
        const file =
          tensor.role === 'logits'
            ? rawLogitsFile(dataset, id, tensor.task)
            : `attention/${id}/${tensor.name}.npy`
        if (tensor.role === 'logits') rawFiles.add(file)
        await writeInto(join(out, file), tensorFile(tensor))
      },
    },
  )
  for (const { task, map } of result.maps) {
    const file = dataset.writeFile(id, task)
    if (!rawFiles.has(file)) await writeInto(join(out, file), await dataset.encodeLabel(id, task, map))
  }
  await copyInto(await dataset.photoPath(id), join(out, dataset.photoFile(id)))
  return result
}

function tensorFile({ shape, data }: StreamedTensor): Uint8Array {
  return encodeNpy({ dtype: 'f4', shape, data })
}

/** Every attention tensor's axes by name, so that the files can be read without the card. */
async function writeAxes(out: string, { card }: Bundle): Promise<void> {
  const tensors = [...graphsOf(card).values()]
    .flatMap(({ outputs }) => outputs)
    .filter(({ role }) => role.endsWith('_attention'))
  const entry = ({ name, role, task, scale, axes, shape }: CardTensor): [string, unknown] => [
    name,
    { role, task, scale, axes, shape },
  ]
  const axes = Object.fromEntries(tensors.map(entry))
  await writeInto(join(out, 'attention', 'axes.json'), `${JSON.stringify(axes, null, 2)}\n`)
}

/** Id lists of what lies in the folder, in the data set's order: what was written now and what earlier runs listed. */
async function writeLists(dataset: Dataset, out: string, written: ReadonlySet<string>): Promise<void> {
  for (const [split, members] of Object.entries(dataset.splits)) {
    const file = dataset.splitFile(split)
    if (file === null) continue // The photos are the list.
    const path = join(out, file)
    const earlier = new Set((await readFile(path, 'utf8').catch(() => '')).split('\n'))
    const listed = members.filter((id) => written.has(id) || earlier.has(id))
    if (listed.length > 0) await writeInto(path, `${listed.join('\n')}\n`)
  }
}

async function writeReport(out: string, report: PredictReport): Promise<void> {
  await writeInto(join(out, PREDICT_REPORT), `${JSON.stringify(report, null, 2)}\n`)
}
