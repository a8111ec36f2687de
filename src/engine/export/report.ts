import type { SampleProblem } from '../../shared/contract'
import type { DenseMap } from '../../shared/maps'
import type { TaskId } from '../../shared/tasks'

/** `report.json`: what was written and how it was checked. */
export interface Report {
  readonly tool: string
  readonly version: string
  readonly format: string
  readonly source: string
  readonly out: string
  readonly dryRun: boolean
  readonly onlyCorrected: boolean
  /** Samples of the data set. */
  readonly samples: number
  /** Files written, without this report. */
  readonly files: number
  /** Files whose content differs from the source. */
  readonly changed: number
  /** Files read back and found equal to what they had to hold; equals `files` unless this is a dry run. */
  readonly verified: number
  readonly skipped: readonly SampleProblem[]
  readonly corrections: readonly CorrectedFile[]
  readonly sha256: Readonly<Record<string, string>>
}
export interface CorrectedFile {
  readonly file: string
  readonly sample: string
  readonly task: TaskId
  readonly revision: number
  readonly pixelsChanged: number
  /** Largest difference between the corrected map and the file, from rounding to the file's encoding; 0 = exact. */
  readonly rounding: number
  /** Change of the pixel count by class name (`void` = ignored); null for maps without classes. */
  readonly classPixels: Readonly<Record<string, number>> | null
}

/** Pixels whose value differs. */
export function countChanged(before: DenseMap, after: DenseMap): number {
  const channels = before.data.length / (before.width * before.height)
  let changed = 0
  for (let pixel = 0; pixel < before.data.length; pixel += channels)
    for (let i = pixel; i < pixel + channels; i++)
      if (before.data[i] !== after.data[i]) {
        changed++
        break
      }
  return changed
}

/** Classes whose pixel count changed, and by how much. */
export function classDeltas(
  before: DenseMap,
  after: DenseMap,
  classes: readonly string[],
): Record<string, number> {
  const delta = new Map<number, number>()
  for (let i = 0; i < before.data.length; i++) {
    const [from, to] = [before.data[i]!, after.data[i]!]
    if (from === to) continue
    delta.set(from, (delta.get(from) ?? 0) - 1)
    delta.set(to, (delta.get(to) ?? 0) + 1)
  }
  const changed = [...delta].filter(([, count]) => count !== 0).sort(([a], [b]) => a - b)
  return Object.fromEntries(changed.map(([index, count]) => [classes[index] ?? 'void', count]))
}
