import { PROVIDER_CHOICES, type ProviderChoice } from '../shared/providers'
import { openDataset } from '../engine/dataset/readers'
import { openBundle } from '../engine/predictions/bundle'
import { predictFolder, type PredictReport } from '../engine/predictions/predict-folder'
import { badUsage, onePositional, parseCommand, type Options } from './args'
import { chosenSamples } from './chosen-samples'
import { IDS, JSON_OUTPUT, MODEL, SPLIT } from './options'
import { EXIT, interruptSignal, printJson, printLine, printNote, progressPrinter } from './output'

export const USAGE = `predict <folder> --model B --out D [--split S] [--ids a,b] [--provider ${PROVIDER_CHOICES.join('|')}] [--raw] [--attention] [--json]`
export const OPTIONS = {
  model: MODEL,
  out: { type: 'string', value: 'D', help: 'a new folder; it opens as a data set' },
  split: SPLIT,
  ids: IDS,
  provider: {
    type: 'string',
    value: 'P',
    default: 'auto',
    help: 'what computes; auto tries them in order and keeps the fastest right one',
  },
  raw: { type: 'boolean', help: 'also write logits: <task>/<id>.npy, float32 (C,H,W)' },
  attention: { type: 'boolean', help: 'also write every attention tensor as .npy, with its axes in a JSON' },
  json: JSON_OUTPUT,
} as const satisfies Options

/** Predicts a folder's samples and writes them in the folder's own encodings to a folder that opens as a data set. */
export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseCommand(args, USAGE, OPTIONS)
  const folder = onePositional(positionals, 'the data-set folder', USAGE)
  const { model, out } = values
  if (model === undefined) throw badUsage('--model is missing', USAGE)
  if (out === undefined) throw badUsage('--out is missing', USAGE)
  const provider = parseProvider(values.provider)
  const dataset = await openDataset(folder)
  const ids = chosenSamples(dataset, values, USAGE)
  const report = await predictFolder({
    dataset,
    bundle: await openBundle(model),
    out,
    ids,
    provider,
    raw: values.raw ?? false,
    attention: values.attention ?? false,
    signal: interruptSignal(),
    progress: withRate(progressPrinter()),
  })
  if (values.json) printJson(report)
  else printReport(report, out)
  return report.skipped.length > 0 ? EXIT.skipped : EXIT.done
}

function parseProvider(name: string): ProviderChoice {
  const provider = PROVIDER_CHOICES.find((choice) => choice === name)
  if (provider) return provider
  throw badUsage(`--provider ${JSON.stringify(name)} is not one of ${PROVIDER_CHOICES.join(', ')}`, USAGE)
}

function withRate(
  print: (done: number, total: number, message: string) => void,
): (done: number, total: number, id: string) => void {
  const start = performance.now()
  return (done, total, id) =>
    print(done, total, `${id} (${((done * 1000) / (performance.now() - start)).toFixed(2)} samples/s)`)
}

function printReport(report: PredictReport, out: string): void {
  const { samples, provider, seconds, skipped, dropped } = report
  const absent = dropped.filter(({ verdict }) => verdict === 'unavailable').map((trial) => trial.provider)
  if (absent.length > 0) printNote(`not available here: ${absent.join(', ')} (verify-model says why)`)
  for (const { provider: name, verdict, reason } of dropped)
    if (verdict !== 'unavailable') printNote(`${name} was not used: ${reason}`)
  printLine(
    `${samples} samples predicted on ${provider ?? 'no provider'} in ${seconds.toFixed(1)} s, written to ${out}`,
  )
  for (const { sample, code, message } of skipped) printNote(`skipped ${sample}: ${message} [${code}]`)
}
