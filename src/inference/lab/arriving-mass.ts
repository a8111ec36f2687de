import type { LabView } from '../../shared/lab/protocol'
import { intakeOf } from '../../shared/lab/trace'
import type { TaskId } from '../../shared/tasks'
import { cellOf } from './grid'
import { PixelRows } from './pixel-rows'
import type { LabRun } from './run'
import type { LabSample } from './sample'

/**
 * How much of the prediction of a task each cell of a scale's grid accounts for, (cell): one for all of the photo at the
 * finest scale, above it what the finer scales passed on. As `pixelRead`, summed over the photo's pixels.
 */
export async function arrivingMass(
  run: LabRun,
  task: TaskId,
  scale: number,
  view: LabView,
): Promise<Float64Array> {
  const { sample } = run
  const passed: Float64Array[] = []
  for (let finer = 0; finer < scale; finer++) passed.push(await passedOn(run, task, finer, view))
  const columns = lines(sample, scale, 'x')
  const rows = lines(sample, scale, 'y')
  const pixels = sample.size.width * sample.size.height
  const arriving = new Float64Array(sample.pixels(scale))
  for (const row of rows)
    for (const column of columns) {
      let mass = (row.count * column.count) / pixels
      for (let finer = 0; finer < scale; finer++)
        mass *= passed[finer]![row.cells[finer]! + column.cells[finer]!]!
      arriving[row.cells[scale]! + column.cells[scale]!]! += mass
    }
  return arriving
}

/** Per cell of a scale: the share of its intake that came up from the coarser scale. */
async function passedOn(run: LabRun, task: TaskId, scale: number, view: LabView): Promise<Float64Array> {
  const rows = await PixelRows.of(run, task, scale, view)
  return Float64Array.from({ length: run.sample.pixels(scale) }, (_, cell) => {
    const read = rows.at(cell)
    const intake = intakeOf(read)
    return intake > 0 ? read.coarser / intake : 0
  })
}

/** Neighbouring pixel columns or rows of the photo that lie in the same cells at every scale. */
interface Line {
  /** By scale: the cell's column, or the first cell of its row; the cell is the sum of both. */
  readonly cells: readonly number[]
  /** How many columns or rows. */
  count: number
}

function lines(sample: LabSample, coarsest: number, axis: 'x' | 'y'): readonly Line[] {
  const found: Line[] = []
  const length = axis === 'x' ? sample.size.width : sample.size.height
  for (let at = 0; at < length; at++) {
    const cells = Array.from({ length: coarsest + 1 }, (_, scale) => {
      const { width } = sample.model.card.scales[scale]!
      const cell = cellOf(sample, scale, axis === 'x' ? { x: at, y: 0 } : { x: 0, y: at })
      return axis === 'x' ? cell % width : cell - (cell % width)
    })
    const last = found.at(-1)
    if (last?.cells.every((cell, scale) => cell === cells[scale])) last.count++
    else found.push({ cells, count: 1 })
  }
  return found
}
