import { encodeFrame } from '../../shared/frame'
import type { LabAnswer, LabAsk, LabView } from '../../shared/lab/protocol'
import { encodeWeights } from '../../shared/lab/quantised'
import { originOf, pixelRead, type ScaleRead } from '../../shared/lab/trace'
import type { TraceHeader } from '../../shared/lab/wire'
import { cellOf, headerOf, largest } from './grid'
import { mixMaps } from './mix-maps'
import { PixelRows } from './pixel-rows'
import type { LabRun } from './run'

/** From one pixel of a task back to the photo, see `traceHeaderSchema`. */
export async function trace(run: LabRun, ask: Extract<LabAsk, { kind: 'trace' }>): Promise<LabAnswer> {
  const { sample } = run
  const { card } = sample.model
  const [S, N] = [card.scales.length, card.queries]
  const task = card.tasks.findIndex(({ id }) => id === ask.task)
  const reads: ScaleRead[] = []
  for (let scale = 0; scale < S; scale++) {
    const rows = await PixelRows.of(run, ask.task, scale, ask)
    const read = rows.at(cellOf(sample, scale, ask))
    reads.push({ ...read, queries: read.queries.slice() })
  }
  const read = pixelRead(reads)
  const shape = { tasks: card.tasks.length, scales: S, queries: N }
  const origin = originOf(read.queries, task, shape, run.shares(ask))

  const mixed = []
  for (const scale of card.scales.keys()) mixed.push(await sourcesOf(run, ask, scale, origin.queries))
  const parts: (Float32Array | Uint16Array)[] = [read.queries, origin.queries]
  const sources: TraceHeader['sources'] = []
  const maps: TraceHeader['maps'] = []
  let offset = 2 * (read.queries.length + origin.queries.length)
  for (const [index, { id }] of card.tasks.entries())
    for (const [scale, found] of mixed.entries()) {
      const size = sample.pixels(scale)
      const map = found.maps.subarray(index * size, (index + 1) * size)
      const codes = new Uint16Array(size)
      const max = largest(map)
      encodeWeights(map, 0, size, max, codes, 0)
      parts.push(codes)
      sources.push({ task: id, scale, ...found.shares[index]! })
      maps.push({ task: id, scale, ...headerOf(sample, scale), offset, max })
      offset += size
    }
  const header: TraceHeader = {
    ownFeature: read.own.reduce((sum, share) => sum + share, 0),
    sources,
    flow: {
      own: [...read.own],
      decoder: card.scales.map((_, scale) => total(read.queries.subarray(scale * N, (scale + 1) * N))),
      scales: origin.scales.map((row) => [...row]),
      tasks: origin.tasks.map((row) => [...row]),
    },
    read: { offset: 0, length: read.queries.length },
    origin: { offset: read.queries.length, length: origin.queries.length },
    maps,
  }
  return { kind: 'trace', frame: encodeFrame(header, ...parts) }
}

/** Where the masses `origin` (task, scale, query) lie on the photo at one scale. */
async function sourcesOf(
  { sample, replaced }: LabRun,
  view: LabView,
  scale: number,
  origin: Float32Array,
): Promise<{ maps: Float32Array; shares: Omit<TraceHeader['sources'][number], 'task' | 'scale'>[] }> {
  const { tasks, scales, queries: N } = sample.model.card
  const { pixels, token } = await sample.sourceMaps(scale, view)
  const masses = new Float32Array(tasks.length * N)
  const shares = tasks.map((_, task) => {
    const share = { pixels: 0, token: 0, replaced: 0 }
    for (let query = 0; query < N; query++) {
      const [from, to] = [(task * scales.length + scale) * N + query, task * N + query]
      const mass = origin[from]!
      // Queries of another image say nothing about this photo's pixels.
      if (replaced[from]) share.replaced += mass
      else {
        masses[to] = mass
        share.token += mass * token[to]!
        share.pixels += mass * (1 - token[to]!)
      }
    }
    return share
  })
  return { maps: await mixMaps(pixels, masses, tasks.length), shares }
}

function total(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0)
}
