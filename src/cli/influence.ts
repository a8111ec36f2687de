import { openDataset } from '../engine/dataset/readers'
import { measureInfluence } from '../engine/lab/influence'
import type { InfluenceReport } from '../engine/lab/influence-report'
import { linkText } from '../engine/lab/report/matrix-plot'
import { prepareInfluenceFolder, writeInfluence } from '../engine/lab/report/write-influence'
import { createPredictions } from '../engine/predictions/service'
import { CUT_MODES, type CutMode } from '../shared/lab/intervention'
import { badUsage, onePositional, parseCommand } from './args'
import { chosenSamples } from './chosen-samples'
import { EXIT, interruptSignal, printJson, printLine, printNote, progressPrinter } from './output'

export const USAGE = `influence <folder> --model B [--split S] [--ids a,b] [--mode ${CUT_MODES.join('|')}] [--labels] [--out R] [--json]`

/** Effects of cutting every link alone, beside mean attention, over samples. */
export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseCommand(args, USAGE, {
    model: { type: 'string' },
    split: { type: 'string' },
    ids: { type: 'string' },
    mode: { type: 'string', default: 'renormalise' },
    labels: { type: 'boolean' },
    out: { type: 'string' },
    json: { type: 'boolean' },
  })
  const folder = onePositional(positionals, 'the data-set folder', USAGE)
  const { out } = values
  if (values.model === undefined) throw badUsage('--model is missing', USAGE)
  const mode = modeOf(values.mode)
  const dataset = await openDataset(folder)
  const ids = chosenSamples(dataset, values, USAGE)
  if (out !== undefined) await prepareInfluenceFolder(dataset, out)
  const predictions = createPredictions()
  try {
    await predictions.openModel(values.model)
    const report = await measureInfluence({
      dataset,
      model: predictions.labModel(),
      ids,
      split: values.ids === undefined ? (values.split ?? 'all') : 'some',
      mode,
      labels: values.labels ?? false,
      cacheDir: predictions.cacheDir,
      signal: interruptSignal(),
      progress: progressPrinter(),
    })
    if (out !== undefined) printNote(`wrote ${await writeInfluence(dataset, report, out)}`)
    if (values.json) printJson(report)
    else printReport(report)
    for (const { sample, code, message } of report.skipped)
      printNote(`skipped ${sample}: ${message} [${code}]`)
    return report.skipped.length > 0 ? EXIT.skipped : EXIT.done
  } finally {
    await predictions.dispose()
  }
}

function modeOf(name: string): CutMode {
  const mode = CUT_MODES.find((known) => known === name)
  if (mode) return mode
  throw badUsage(`--mode ${JSON.stringify(name)} is not one of ${CUT_MODES.join(', ')}`, USAGE)
}

function printReport(report: InfluenceReport): void {
  const { samples, split, model, mode, reused, seconds, tasks, scales, metric } = report
  printLine(
    `${samples} images of ${split}, ${model}, cut links ${mode}, ${seconds.toFixed(1)} s (${reused} measured before)`,
  )
  for (const [target, task] of tasks.entries()) {
    const { name = '', unit = '' } = metric[task] ?? {}
    printLine(`\n${task}: ${name}${unit && `, ${unit}`}; (mean attention)`)
    printLine(`  ${'reads'.padEnd(14)}${scales.map(({ stride }) => `1/${stride}`.padStart(18)).join('')}`)
    for (const [source, from] of tasks.entries()) {
      const cells = scales.map((_, scale) => {
        const effect = report.effect[target]?.[source]?.[scale] ?? null
        const attention = report.attention[target]?.[source]?.[scale] ?? 0
        return `${effect === null ? '-' : effect.toFixed(4)} (${attention.toFixed(3)})`.padStart(18)
      })
      printLine(`  ${from.padEnd(14)}${cells.join('')}`)
    }
  }
  const { rankCorrelation, scaleRankCorrelation, disagreements } = report
  printLine(`\nrank correlation of attention and effect, between tasks: ${shown(rankCorrelation.all)}`)
  if (scaleRankCorrelation)
    printLine(`rank correlation of attention and effect, between scales: ${shown(scaleRankCorrelation.all)}`)
  printLine(`${disagreements.length} links where they disagree`)
  for (const { link, kind } of disagreements.slice(0, 10)) printLine(`  ${linkText(report, link)}: ${kind}`)
}

function shown(value: number | null): string {
  return value === null ? 'none' : value.toFixed(3)
}
