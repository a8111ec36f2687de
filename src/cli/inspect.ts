import { inspectDataset, type InspectReport } from '../engine/dataset/inspect'
import { openDataset } from '../engine/dataset/readers'
import { onePositional, parseCommand, type Options } from './args'
import { JSON_OUTPUT } from './options'
import { EXIT, interruptSignal, printJson, printLine, progressPrinter } from './output'

export const USAGE = 'inspect <folder> [--headers] [--json]'
export const OPTIONS = {
  headers: { type: 'boolean', help: 'check headers and sizes only, without reading values: faster' },
  json: JSON_OUTPUT,
} as const satisfies Options

/** A folder that is read faster needs no progress. */
const QUIET_MS = 2000

/** What a folder holds and everything that is wrong with it; with --headers values are not read. Problems do not fail the command. */
export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseCommand(args, USAGE, OPTIONS)
  const dataset = await openDataset(onePositional(positionals, 'the data-set folder', USAGE))
  const print = progressPrinter()
  const start = performance.now()
  const report = await inspectDataset(
    dataset,
    !values.headers,
    (...progress) => {
      if (performance.now() - start > QUIET_MS) print(...progress)
    },
    interruptSignal(),
  )
  if (values.json) printJson(report)
  else printReport(report)
  return EXIT.done
}

function printReport(report: InspectReport): void {
  printLine(`${report.root}: ${report.layout}${report.note === null ? '' : ` (${report.note})`}`)
  printLine(`samples   ${report.samples} (${list(report.splits)})`)
  printLine(`labels    ${list(report.labels)}`)
  printLine(`sizes     ${list(report.sizes)}`)
  for (const [task, { pixels, invalid, min, max, classes }] of Object.entries(report.values)) {
    const range =
      min === null || max === null ? '' : `, ${Number(min.toPrecision(4))} to ${Number(max.toPrecision(4))}`
    printLine(`${task.padEnd(9)} ${pixels} pixels, ${invalid} invalid${range}`)
    if (classes) printLine(`          ${list(classes)}`)
  }
  printLine(`problems  ${report.problems.length}`)
  for (const { sample, code, message } of report.problems)
    printLine(`  ${sample || '-'}: ${message} [${code}]`)
}

function list(counts: Readonly<Record<string, number>>): string {
  return (
    Object.entries(counts)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ') || 'none'
  )
}
