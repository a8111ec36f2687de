import { PROVIDER_CHOICES, type ProviderChoice } from '../shared/inference-protocol'
import type { Dataset } from '../engine/dataset/dataset'
import { openDataset } from '../engine/dataset/readers'
import { openBundle } from '../engine/predictions/bundle'
import { predictFolder, type PredictReport } from '../engine/predictions/predict-folder'
import { badUsage, onePositional, parseCommand } from './args'
import { EXIT, interruptSignal, printJson, printLine, printNote, progressPrinter } from './output'

export const USAGE = `predict <folder> --model B --out D [--split S] [--ids a,b] [--provider ${PROVIDER_CHOICES.join('|')}] [--raw] [--attention] [--json]`

/** Predicts a folder's samples and writes them in the folder's own encodings to a folder that opens as a data set. */
export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseCommand(args, USAGE, {
    model: { type: 'string' },
    out: { type: 'string' },
    split: { type: 'string' },
    ids: { type: 'string' },
    provider: { type: 'string', default: 'auto' },
    raw: { type: 'boolean' },
    attention: { type: 'boolean' },
    json: { type: 'boolean' },
  })
  const folder = onePositional(positionals, 'the data-set folder', USAGE)
  const { model, out } = values
  if (model === undefined) throw badUsage('--model is missing', USAGE)
  if (out === undefined) throw badUsage('--out is missing', USAGE)
  const provider = parseProvider(values.provider)
  const dataset = await openDataset(folder)
  const ids = selectIds(dataset, values.split, values.ids)
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

/** The samples of one split (all without one), narrowed to `ids` when they are given. */
function selectIds(dataset: Dataset, split: string | undefined, ids: string | undefined): string[] {
  const known = Object.keys(dataset.splits)
  if (split !== undefined && !known.includes(split))
    throw badUsage(`there is no split ${JSON.stringify(split)}; there is ${known.join(', ')}`, USAGE)
  const all = split === undefined ? Object.values(dataset.splits).flat() : [...(dataset.splits[split] ?? [])]
  if (ids === undefined) return all
  const wanted = [...new Set(ids.split(',').map((id) => id.trim()))].filter((id) => id !== '')
  if (wanted.length === 0) throw badUsage('--ids names no sample', USAGE)
  const everywhere = new Set(Object.values(dataset.splits).flat())
  const unknown = wanted.filter((id) => !everywhere.has(id))
  if (unknown.length > 0) throw badUsage(`there is no sample ${JSON.stringify(unknown[0])}`, USAGE)
  const outside = wanted.filter((id) => !all.includes(id))
  if (outside.length > 0) throw badUsage(`${outside.join(', ')} is not in the split ${split}`, USAGE)
  return wanted
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
  for (const { provider: name, reason } of dropped) printNote(`${name} was not used: ${reason}`)
  printLine(
    `${samples} samples predicted on ${provider ?? 'no provider'} in ${seconds.toFixed(1)} s, written to ${out}`,
  )
  for (const { sample, code, message } of skipped) printNote(`skipped ${sample}: ${message} [${code}]`)
}
