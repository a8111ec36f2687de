import type { SampleProblem } from '../shared/contract'
import { openDataset } from '../engine/dataset/readers'
import { onePositional, parseCommand } from './args'
import { EXIT, printJson, printLine } from './output'

export const USAGE = 'inspect <folder> [--json]'

/** What a folder holds and every problem the header-only scan finds. Problems do not fail the command. */
export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseCommand(args, USAGE, { json: { type: 'boolean' } })
  const dataset = await openDataset(onePositional(positionals, 'the data-set folder', USAGE))
  await dataset.scan()
  const ids = Object.values(dataset.splits).flat()
  const splits = Object.fromEntries(
    Object.entries(dataset.splits).map(([split, list]) => [split, list.length]),
  )
  const tasks = dataset.tasks.map(({ id }) => id)
  const sizes: Record<string, number> = {}
  const labels = Object.fromEntries(tasks.map((task) => [task, 0]))
  for (const id of ids) {
    const sample = await dataset.describe(id)
    if (sample.width > 0) {
      const size = `${sample.width}x${sample.height}`
      sizes[size] = (sizes[size] ?? 0) + 1
    }
    for (const task of sample.labels) labels[task] = (labels[task] ?? 0) + 1
  }
  const { layout, root, note, problems } = dataset
  const report = { layout, root, note, splits, samples: ids.length, tasks, labels, sizes, problems }
  if (values.json) printJson(report)
  else printReport(report)
  return EXIT.done
}

interface InspectReport {
  readonly layout: string
  readonly root: string
  readonly note: string | null
  readonly splits: Readonly<Record<string, number>>
  readonly samples: number
  /** Readable label files by task. */
  readonly labels: Readonly<Record<string, number>>
  /** Samples by photo size, width x height. */
  readonly sizes: Readonly<Record<string, number>>
  readonly problems: readonly SampleProblem[]
}

function printReport(report: InspectReport): void {
  const list = (counts: Readonly<Record<string, number>>): string =>
    Object.entries(counts)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ') || 'none'
  printLine(`${report.root}: ${report.layout}${report.note === null ? '' : ` (${report.note})`}`)
  printLine(`samples   ${report.samples} (${list(report.splits)})`)
  printLine(`labels    ${list(report.labels)}`)
  printLine(`sizes     ${list(report.sizes)}`)
  printLine(`problems  ${report.problems.length}`)
  for (const { sample, code, message } of report.problems)
    printLine(`  ${sample || '-'}: ${message} [${code}]`)
}
