import { readFile } from 'node:fs/promises'
import { openDataset } from '../engine/dataset/readers'
import type { Samples } from '../engine/lab/each-sample'
import { measureInfluence } from '../engine/lab/influence'
import type { InfluenceReport } from '../engine/lab/influence-report'
import type { LabModel } from '../engine/lab/lab-model'
import { replay } from '../engine/lab/replay'
import { linkText } from '../engine/lab/report/matrix-plot'
import { prepareInfluenceFolder, writeInfluence } from '../engine/lab/report/write-influence'
import { prepareReplayFolder, writeReplay } from '../engine/lab/report/write-replay'
import { createPredictions } from '../engine/predictions/service'
import { AppError } from '../shared/errors'
import { CUT_MODES, type CutMode, type Intervention } from '../shared/lab/intervention'
import { parseInterventionFile } from '../shared/lab/intervention-file'
import type { Replay } from '../shared/lab/jobs'
import { badUsage, onePositional, parseCommand, type Options } from './args'
import { chosenSamples } from './chosen-samples'
import { IDS, JSON_OUTPUT, MODEL, REPORT, SPLIT } from './options'
import { EXIT, interruptSignal, printJson, printLine, printNote, progressPrinter } from './output'

export const USAGE = `influence <folder> --model B [--split S] [--ids a,b] ([--mode ${CUT_MODES.join('|')}] [--labels] | --interventions F) [--out R] [--json]`
export const OPTIONS = {
  model: MODEL,
  split: SPLIT,
  ids: IDS,
  mode: {
    type: 'string',
    value: 'M',
    help: 'how links are cut: before the softmax, so that the rest takes over (renormalise, the default), or after it (remove)',
  },
  labels: { type: 'boolean', help: "also measure each cut's change of the metrics against the label files" },
  interventions: {
    type: 'string',
    value: 'F',
    help: 'instead of every link: the interventions saved in this file',
  },
  out: REPORT,
  json: JSON_OUTPUT,
} as const satisfies Options

type Common = Samples & { readonly model: LabModel; readonly split: string; readonly cacheDir: string }

/** Effects of cutting every link alone, beside mean attention; or of saved interventions, with figures before and after. */
export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseCommand(args, USAGE, OPTIONS)
  const folder = onePositional(positionals, 'the data-set folder', USAGE)
  const { out, json = false } = values
  if (values.model === undefined) throw badUsage('--model is missing', USAGE)
  if (values.interventions !== undefined && (values.mode !== undefined || values.labels))
    throw badUsage('--interventions say themselves how they cut; leave --mode and --labels out', USAGE)
  const mode = modeOf(values.mode ?? 'renormalise')
  const saved = values.interventions === undefined ? null : await readInterventions(values.interventions)
  const dataset = await openDataset(folder)
  const ids = chosenSamples(dataset, values, USAGE)
  if (out !== undefined) await (saved ? prepareReplayFolder : prepareInfluenceFolder)(dataset, out)
  const predictions = createPredictions()
  try {
    await predictions.openModel(values.model)
    const common: Common = {
      dataset,
      ids,
      model: predictions.labModel(),
      split: values.ids === undefined ? (values.split ?? 'all') : 'some',
      cacheDir: predictions.cacheDir,
      signal: interruptSignal(),
      progress: progressPrinter(),
    }
    const { skipped } = saved
      ? await replayed(common, saved, out, json)
      : await measured(common, { mode, labels: values.labels ?? false }, out, json)
    for (const { sample, code, message } of skipped) printNote(`skipped ${sample}: ${message} [${code}]`)
    return skipped.length > 0 ? EXIT.skipped : EXIT.done
  } finally {
    await predictions.dispose()
  }
}

async function measured(
  common: Common,
  how: { readonly mode: CutMode; readonly labels: boolean },
  out: string | undefined,
  json: boolean,
): Promise<InfluenceReport> {
  const report = await measureInfluence({ ...common, ...how })
  if (out !== undefined) printNote(`wrote ${await writeInfluence(common.dataset, common.model, report, out)}`)
  if (json) printJson(report)
  else printInfluence(report)
  return report
}

async function replayed(
  common: Common,
  interventions: readonly Intervention[],
  out: string | undefined,
  json: boolean,
): Promise<Replay> {
  const found = await replay({ ...common, interventions })
  if (out !== undefined) printNote(`wrote ${await writeReplay(common.dataset, found, out)}`)
  if (json) printJson(found)
  else printReplay(found)
  return found
}

function modeOf(name: string): CutMode {
  const mode = CUT_MODES.find((known) => known === name)
  if (mode) return mode
  throw badUsage(`--mode ${JSON.stringify(name)} is not one of ${CUT_MODES.join(', ')}`, USAGE)
}

async function readInterventions(path: string): Promise<readonly Intervention[]> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new AppError(
      'file_missing',
      `${path} cannot be read; save interventions in the window`,
      undefined,
      {
        cause,
      },
    )
  })
  return parseInterventionFile(text, path)
}

function printReplay({ tasks, samples, split, model, interventions }: Replay): void {
  const active = interventions.filter(({ enabled }) => enabled)
  printLine(`${samples} images of ${split}, ${model}, with ${active.map(({ name }) => name).join('; ')}`)
  for (const { task, effect, figures, labelled } of tasks) {
    printLine(`\n${task}: effect ${shown(effect?.mean ?? null)} (${labelled} images with a label)`)
    for (const { figure, before, after } of figures)
      printLine(`  ${figure.padEnd(16)}${shown(before).padStart(12)}${shown(after).padStart(12)}`)
  }
}

function printInfluence(report: InfluenceReport): void {
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
  return value === null ? 'none' : value.toFixed(4)
}
