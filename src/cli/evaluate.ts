import { openDataset } from '../engine/dataset/readers'
import { gainOver, readBaseline } from '../engine/evaluate/baseline'
import { evaluate } from '../engine/evaluate/evaluate'
import type { Evaluation } from '../engine/evaluate/evaluation'
import { prepareReportFolder, writeReport } from '../engine/evaluate/report/write-report'
import { cacheFolder } from '../engine/predictions/cache-folder'
import { onePositional, parseCommand, type Options } from './args'
import { checkChoice, withPredictions } from './chosen-predictions'
import { JSON_OUTPUT, MODEL, PREDICTIONS, REPORT, SPLIT } from './options'
import { EXIT, interruptSignal, printJson, printLine, printNote, progressPrinter } from './output'

export const USAGE =
  'evaluate <folder> (--model B | --predictions D) [--split S] [--baseline J] [--out R] [--json]'
export const OPTIONS = {
  model: MODEL,
  predictions: PREDICTIONS,
  split: SPLIT,
  baseline: {
    type: 'string',
    value: 'J',
    help: "an evaluation's JSON; delta_m is the mean relative gain over it",
  },
  out: REPORT,
  json: JSON_OUTPUT,
} as const satisfies Options

/** Every metric of a model or of a folder of predictions, as the papers compute it and strictly. */
export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseCommand(args, USAGE, OPTIONS)
  const folder = onePositional(positionals, 'the data-set folder', USAGE)
  const { split = null, out } = values
  checkChoice(values, USAGE)
  const dataset = await openDataset(folder)
  const baseline = values.baseline === undefined ? null : await readBaseline(values.baseline)
  if (out !== undefined) await prepareReportFolder(dataset, out)
  const common = { dataset, cacheDir: cacheFolder(), signal: interruptSignal() }
  const progress = progressPrinter()
  const found = await withPredictions(values, common, (chosen) =>
    evaluate({ ...common, ...chosen, split, progress }),
  )
  const evaluation = { ...found, deltaM: baseline && gainOver(baseline, found) }
  if (out !== undefined) printNote(`wrote ${await writeReport(dataset, evaluation, out)}`)
  if (values.json) printJson(evaluation)
  else printEvaluation(evaluation)
  for (const { sample, task, code, message } of evaluation.skipped)
    printNote(`skipped ${task} of ${sample}: ${message} [${code}]`)
  return evaluation.skipped.length > 0 ? EXIT.skipped : EXIT.done
}

function printEvaluation({
  split,
  samples,
  predictions,
  metrics,
  published,
  sources,
  reused,
  seconds,
  deltaM,
}: Evaluation): void {
  printLine(
    `${samples} samples of ${split}, predictions of ${predictions}, ${seconds.toFixed(1)} s (${reused} measured before)`,
  )
  for (const [task, { paper, strict, samples: images }] of Object.entries(metrics)) {
    printLine(`\n${task} (${images} images)`)
    printLine(`  ${'figure'.padEnd(16)}${'paper'.padStart(12)}${'strict'.padStart(12)}`)
    for (const name of new Set([...Object.keys(paper), ...Object.keys(strict)]))
      printLine(`  ${name.padEnd(16)}${shown(paper[name]).padStart(12)}${shown(strict[name]).padStart(12)}`)
  }
  printLine('')
  if (deltaM !== null) printLine(`delta_m against the baseline: ${deltaM.toFixed(4)} %`)
  for (const [task, { paper, strict }] of Object.entries(sources)) {
    printLine(`${task}: paper = ${paper}`)
    printLine(`${' '.repeat(task.length)}  strict = ${strict}`)
  }
  if (!published) return
  const tasks = [...new Set(published.results.flatMap(({ figures }) => Object.keys(figures)))]
  printLine(`\nPublished on ${published.dataset}. ${published.note}`)
  printLine(
    `${'method'.padEnd(30)}${'backbone'.padEnd(12)}${tasks.map((task) => task.padStart(12)).join('')}  source`,
  )
  for (const { method, backbone, figures, source } of published.results) {
    const row = new Map(Object.entries(figures))
    printLine(
      `${method.padEnd(30)}${backbone.padEnd(12)}${tasks.map((task) => String(row.get(task) ?? '').padStart(12)).join('')}  ${source}`,
    )
  }
}

function shown(value: number | null | undefined): string {
  return value == null ? '' : value.toFixed(4)
}
