import { labCapabilities } from '../../shared/lab/capability'
import type { CutMode, Intervention } from '../../shared/lab/intervention'
import type { Ranked, Ranking } from '../../shared/lab/jobs'
import { readTrace } from '../../shared/lab/trace-frame'
import type { Weighting } from '../../shared/lab/wire'
import type { TaskId } from '../../shared/tasks'
import type { Progress } from '../jobs'
import type { LabImage } from './ask'
import type { LabModel } from './lab-model'

export interface RankingRequest {
  readonly model: LabModel
  readonly image: LabImage
  /** Whose prediction is looked at. */
  readonly task: TaskId
  /** One byte per pixel of the image, 0 or 1; null = all of it. */
  readonly region: Uint8Array<ArrayBuffer> | null
  readonly mode: CutMode
  readonly signal?: AbortSignal
  readonly progress?: Progress
}

/** Pixels of the region that are traced to learn what it reads. */
const TRACED = 24
/** What is known is told this often. */
const TELL_MS = 250

/**
 * What a task's prediction inside a region depends on, by cutting: everything read from one task; all queries of one
 * scale of the task; single queries, those the region reads most first. Where the bundle cannot mute queries only tasks
 * are ranked. `progress` gets the growing report. Throws as `askLab`, `cancelled` when stopped.
 */
export async function rankSources(request: RankingRequest): Promise<Ranking> {
  const { model, image, region, task, mode, signal, progress } = request
  const weighting = labCapabilities(model.ref.card).contributions ? 'contribution' : 'raw'
  const read = await readBy(request, weighting)
  const candidates = candidatesOf(request, read)
  const found: Ranked[] = []
  const report = (): Ranking => {
    const of = (kind: Ranked['what']['kind']): Ranked[] =>
      found.filter(({ what }) => what.kind === kind).sort((a, b) => (b.effect ?? 0) - (a.effect ?? 0))
    const left = candidates.length - found.length
    return {
      task,
      modelHash: model.ref.hash,
      mode,
      weighting,
      tasks: of('task'),
      scales: of('scale'),
      queries: of('query'),
      left,
    }
  }
  let told = -Infinity
  for (const { what, change, share } of candidates) {
    const { values } = await model.ask(
      image,
      [],
      { kind: 'effect', change: [change], tasks: [task], region },
      { signal },
    )
    found.push({ what, effect: values[0]?.value ?? null, read: share })
    const now = performance.now()
    if (now - told < TELL_MS && found.length < candidates.length) continue
    told = now
    progress?.(found.length, candidates.length, '', report())
  }
  return report()
}

interface Reading {
  /** By task and scale and query: shares of what the region's prediction consists of; null where no pixel was traced. */
  readonly origin: (task: number, scale: number, query: number) => number
  /** By scale: what the region's pixels read from the task's own queries. */
  readonly decoder: readonly number[]
}

/** Mean of the traces of some pixels of the region, evenly spaced in reading order. */
async function readBy(
  { model, image, task, region, signal }: RankingRequest,
  weighting: Weighting,
): Promise<Reading> {
  const { card } = model.ref
  const { queries: N, scales } = card
  const origin = new Float64Array(card.tasks.length * scales.length * N)
  const decoder = scales.map(() => 0)
  const pixels = somePixels(region, image.width * image.height)
  for (const pixel of pixels) {
    const [x, y] = [pixel % image.width, Math.floor(pixel / image.width)]
    const ask = { kind: 'trace' as const, task, x, y, weighting, head: null }
    const { header, origin: traced } = readTrace((await model.ask(image, [], ask, { signal })).frame)
    for (let i = 0; i < origin.length; i++) origin[i]! += traced[i]! / pixels.length
    header.flow.decoder.forEach((share, scale) => (decoder[scale]! += share / pixels.length))
  }
  return { origin: (t, s, q) => origin[(t * scales.length + s) * N + q]!, decoder }
}

function somePixels(region: Uint8Array | null, count: number): number[] {
  const inside = region ? [...region.keys()].filter((at) => region[at]) : null
  const size = inside ? inside.length : count
  const wanted = Math.min(TRACED, size)
  return Array.from({ length: wanted }, (_, i) => {
    const at = Math.floor(((i + 0.5) * size) / wanted)
    return inside ? inside[at]! : at
  })
}

interface Candidate {
  readonly what: Ranked['what']
  readonly change: Intervention
  /** How much the region reads it. */
  readonly share: number
}

function candidatesOf({ model, task, mode }: RankingRequest, read: Reading): Candidate[] {
  const { card } = model.ref
  const entry = { id: 'cut', name: '', enabled: true, factor: 0, mode }
  const all = Array.from({ length: card.queries }, (_, query) => query)
  const scales = card.scales.map((_, scale) => scale)
  const tasks = card.tasks.map(({ id: source }, at): Candidate => ({
    what: { kind: 'task', source },
    change: { kind: 'taskLink', ...entry, scale: null, source, target: task, head: null },
    share: scales.reduce(
      (sum, scale) => sum + all.reduce((part, q) => part + read.origin(at, scale, q), 0),
      0,
    ),
  }))
  if (!labCapabilities(card).decoderCuts) return tasks
  const whole = scales.map((scale): Candidate => ({
    what: { kind: 'scale', scale },
    change: { kind: 'query', ...entry, task, scale, queries: all },
    share: read.decoder[scale] ?? 0,
  }))
  const single = card.tasks.flatMap(({ id }, at) =>
    scales.flatMap((scale) =>
      all.map((query): Candidate => ({
        what: { kind: 'query', task: id, scale, query },
        change: { kind: 'query', ...entry, task: id, scale, queries: [query] },
        share: read.origin(at, scale, query),
      })),
    ),
  )
  return [...tasks, ...whole, ...single.sort((a, b) => b.share - a.share)]
}
