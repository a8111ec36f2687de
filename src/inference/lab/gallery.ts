import { classesUnder } from '../../shared/lab/class-cells'
import type { LabAnswer, LabAsk } from '../../shared/lab/protocol'
import { thumbnailOf } from '../../shared/lab/thumbnail'
import type { GalleryHeader } from '../../shared/lab/wire'
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
  const writes = await writeMaps(run, ask)
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
      contribution: write.reduce((sum, value) => sum + value, 0) / count,
      topClass: top && classTask ? { task: classTask, index: top.index, share: top.share } : null,
    })
  }
  const data = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  parts.forEach((part, index) => data.set(part, index * part.length))
  return { kind: 'gallery', header: { thumbnail, queries }, data }
}

/** (query, cell): what each cell's pixel took from each query. */
async function writeMaps(run: LabRun, ask: Extract<LabAsk, { kind: 'gallery' }>): Promise<Float32Array> {
  const rows = await PixelRows.of(run, ask.task, ask.scale, ask)
  const count = run.sample.pixels(ask.scale)
  const N = run.sample.model.card.queries
  const maps = new Float32Array(N * count)
  for (let cell = 0; cell < count; cell++) {
    const row = rows.shownAt(cell)
    for (let query = 0; query < N; query++) maps[query * count + cell] = row[query]!
  }
  return maps
}
