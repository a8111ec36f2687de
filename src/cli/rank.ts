import { samplesOfSplit } from '../engine/dataset/choose'
import { openDataset } from '../engine/dataset/readers'
import { rank, type Ranking } from '../engine/evaluate/rank'
import { cacheFolder } from '../engine/predictions/cache-folder'
import { onePositional, parseCommand, type Options } from './args'
import { checkChoice, withPredictions } from './chosen-predictions'
import { JSON_OUTPUT, MODEL, PREDICTIONS, SPLIT } from './options'
import { EXIT, interruptSignal, printJson, printLine, printNote, progressPrinter } from './output'

export const USAGE = 'rank <folder> (--model B | --predictions D) [--split S] [--json]'
export const OPTIONS = {
  model: MODEL,
  predictions: PREDICTIONS,
  split: SPLIT,
  json: JSON_OUTPUT,
} as const satisfies Options

/** Samples and regions, most suspicious label first. */
export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseCommand(args, USAGE, OPTIONS)
  const folder = onePositional(positionals, 'the data-set folder', USAGE)
  checkChoice(values, USAGE)
  const dataset = await openDataset(folder)
  const { split } = values
  const ids = samplesOfSplit(dataset, split)
  const common = { dataset, cacheDir: cacheFolder(), signal: interruptSignal() }
  const progress = progressPrinter()
  const ranking = await withPredictions(values, common, (chosen) =>
    rank({ ...common, ...chosen, ids, progress }),
  )
  if (values.json) printJson(ranking)
  else printRanking(ranking)
  for (const { sample, task, message, code } of ranking.skipped)
    printNote(`skipped ${task} of ${sample}: ${message} [${code}]`)
  return ranking.skipped.length > 0 ? EXIT.skipped : EXIT.done
}

function printRanking({ samples }: Ranking): void {
  for (const { id, score, regions } of samples) {
    printLine(`${score.toFixed(4)} ${id}`)
    for (const { task, bbox, area, reason } of regions.slice(0, 3))
      printLine(
        `         ${task} at ${bbox.slice(0, 2).join(',')}, ${bbox.slice(2).join('x')}, ${area} pixels: ${reason}`,
      )
  }
}
