import { classesUnder } from '../../shared/lab/class-cells'
import type { LabAnswer, LabAsk } from '../../shared/lab/protocol'
import { thumbnailOf } from '../../shared/lab/thumbnail'
import { intakeOf } from '../../shared/lab/trace'
import type { GalleryHeader } from '../../shared/lab/wire'
import { arrivingMass } from './arriving-mass'
import { classTaskOf, predictedCells } from './classes'
import { headerOf, largest } from './grid'
import { PixelRows } from './pixel-rows'
import { entropyBits } from './query'
import type { LabRun } from './run'

/** Every query of a task and scale at a glance, see `galleryHeaderSchema`. */
export async function gallery(run: LabRun, ask: Extract<LabAsk, { kind: 'gallery' }>): Promise<LabAnswer> {
  const { sample } = run
  const { card } = sample.model
  const { task, scale } = ask
  const grid = headerOf(sample, scale)
  const count = sample.pixels(scale)
  const { writes, contribution } = await written(run, ask)
  const classTask = classTaskOf(card, task)
  const cells = classTask && (await predictedCells(run, classTask, scale))
  const parts: Uint8Array[] = []
  const queries: GalleryHeader['queries'] = []
  let thumbnail = grid
  for (let query = 0; query < card.queries; query++) {
    const read = await sample.readMap(task, scale, query, ask)
    const write = writes.subarray(query * count, (query + 1) * count)
    for (const map of [read.data, write]) {
      const small = thumbnailOf(map, grid)
      thumbnail = small.header
      parts.push(small.data)
    }
    const [top] = cells ? classesUnder(cells, write) : []
    queries.push({
      query,
      readMax: largest(read.data),
      writeMax: largest(write),
      entropyBits: entropyBits(read.data),
      contribution: contribution[query]!,
      topClass: top && classTask ? { task: classTask, index: top.index, share: top.share } : null,
    })
  }
  const data = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  parts.forEach((part, index) => data.set(part, index * part.length))
  return { kind: 'gallery', header: { thumbnail, queries }, data }
}

/** What the task's pixels took from each query. */
interface Written {
  /** (query, cell): what is shown of each cell's pixel. */
  readonly writes: Float32Array
  /** By query: the mean over the photo's pixels of its share in them, as their traces say. */
  readonly contribution: Float64Array
}

async function written(run: LabRun, ask: Extract<LabAsk, { kind: 'gallery' }>): Promise<Written> {
  const arriving = await arrivingMass(run, ask.task, ask.scale, ask)
  const rows = await PixelRows.of(run, ask.task, ask.scale, ask)
  const count = run.sample.pixels(ask.scale)
  const N = run.sample.model.card.queries
  const writes = new Float32Array(N * count)
  const contribution = new Float64Array(N)
  for (let cell = 0; cell < count; cell++) {
    const read = rows.at(cell)
    const intake = intakeOf(read)
    const part = intake > 0 ? arriving[cell]! / intake : 0
    for (let query = 0; query < N; query++) contribution[query]! += part * read.queries[query]!
    const row = rows.shown(read)
    for (let query = 0; query < N; query++) writes[query * count + cell] = row[query]!
  }
  return { writes, contribution }
}
