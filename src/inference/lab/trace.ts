import type { LabAnswer, LabAsk } from '../../shared/lab/protocol'
import { mixMaps, originOf, pixelRead, type ScaleRead } from '../../shared/lab/trace'
import type { TraceHeader } from '../../shared/lab/wire'
import { cellOf, headerOf, largest } from './grid'
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

  const sizes = card.scales.map((_, scale) => sample.pixels(scale))
  const start = read.queries.length + origin.queries.length
  const length = start + card.tasks.length * sizes.reduce((sum, size) => sum + size, 0)
  const data = new Float32Array(length)
  data.set(read.queries)
  data.set(origin.queries, read.queries.length)
  const sources: TraceHeader['sources'] = []
  const maps: TraceHeader['maps'] = []
  let offset = start
  for (const [index, { id }] of card.tasks.entries())
    for (const scale of card.scales.keys()) {
      const first = (index * S + scale) * N
      const masses = origin.queries.slice(first, first + N)
      // Queries of another image say nothing about this photo's pixels.
      const replaced = takeReplaced(masses, run.replaced.subarray(first, first + N))
      const { pixels, token } = await sample.sourceMaps(id, scale, ask)
      const target = data.subarray(offset, offset + sizes[scale]!)
      mixMaps(pixels, masses, target)
      const tokens = masses.reduce((sum, mass, query) => sum + mass * token[query]!, 0)
      const all = masses.reduce((sum, mass) => sum + mass, 0)
      sources.push({ task: id, scale, pixels: all - tokens, token: tokens, replaced })
      maps.push({ task: id, scale, ...headerOf(sample, scale), offset, max: largest(target) })
      offset += sizes[scale]!
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
  return { kind: 'trace', header, data }
}

function takeReplaced(masses: Float32Array, replaced: Uint8Array): number {
  let sum = 0
  for (let query = 0; query < masses.length; query++)
    if (replaced[query]) {
      sum += masses[query]!
      masses[query] = 0
    }
  return sum
}

function total(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0)
}
