import type { ModelInfo } from '../../shared/contract'
import type { ProviderReport, Trial, Verdict } from '../../shared/providers'

/** What an open model lacks, and how to get it: one sentence each. */
export function missingOf({ variant, lab }: Pick<ModelInfo, 'variant' | 'lab'>): string[] {
  if (variant === 'single-graph')
    return [
      'A single graph gives no attention. Predictions, corrections and evaluation work; to follow attention, export an MQTransformer with python -m mqtransformer export.',
    ]
  const lacks = [
    ...(lab.contributions ? [] : ['contributions of queries (only raw weights are shown)']),
    ...(lab.gates ? [] : ['removal of links and heads']),
    ...(lab.decoderCuts ? [] : ['muting of queries']),
  ]
  return lacks.length > 0
    ? [
        `This bundle was exported without: ${lacks.join(', ')}. Export it again with python -m mqtransformer export.`,
      ]
    : []
}

const STATES: Readonly<Record<Verdict, string>> = {
  used: 'in use',
  wrong: 'not used: gave other numbers',
  slower: 'not used: slower',
  late: 'not used: not ready in time',
  crashed: 'not used: crashed',
  unavailable: 'not there',
  failed: 'not used: failed',
}

export interface ProviderRow {
  readonly provider: string
  readonly state: string
  readonly detail: string
}

/** A row for every provider that was tried, in order, and for the one in use. */
export function providerRows({ choice, provider, trials }: ProviderReport): ProviderRow[] {
  const rows = trials.map((trial) => ({
    provider: trial.provider,
    // One whose trial went well waits behind a better one.
    state: trial.verdict === 'used' && trial.provider !== provider ? 'ready' : STATES[trial.verdict],
    // The name stands in front of the row.
    detail: trial.reason.replace(`provider ${trial.provider} cannot be used: `, '') || measured(trial),
  }))
  if (provider === null)
    return [...rows, { provider: 'auto', state: 'decided at the first prediction', detail: '' }]
  if (rows.some((row) => row.provider === provider)) return rows
  const detail = choice === 'auto' ? '' : 'Chosen when MQ Studio was started.'
  return [...rows, { provider, state: 'in use', detail }]
}

function measured({ seconds, cpuSeconds, relativeError }: Trial): string {
  if (seconds === null || cpuSeconds === null || relativeError === null) return ''
  return `${spell(seconds)} for an image, the CPU ${spell(cpuSeconds)}; differs by ${relativeError.toExponential(0)}`
}

function spell(value: number): string {
  return value < 1 ? `${Math.round(value * 1000)} ms` : `${value.toFixed(1)} s`
}
