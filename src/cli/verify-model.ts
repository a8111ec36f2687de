import { openBundle } from '../engine/predictions/bundle'
import { PARITY_TOLERANCE } from '../engine/inference/measure'
import { TrialMemory } from '../engine/inference/trial-memory'
import { cacheFolder } from '../engine/predictions/cache-folder'
import { verifyBundle, type BundleReport } from '../engine/predictions/verify-bundle'
import { onePositional, parseCommand, type Options } from './args'
import { JSON_OUTPUT } from './options'
import { EXIT, printJson, printLine, printNote } from './output'

export const USAGE = 'verify-model <bundle> [--json]'
export const OPTIONS = { json: JSON_OUTPUT } as const satisfies Options

/**
 * Checks a bundle's card, hashes, graphs and attention, and every provider of this machine against cpu. What `auto`
 * remembers of the bundle is forgotten, so that its next run tries the providers again.
 */
export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseCommand(args, USAGE, OPTIONS)
  const bundle = await openBundle(onePositional(positionals, 'the bundle folder', USAGE))
  const report = await verifyBundle(bundle, (step) => printNote(`running on ${step}`))
  await new TrialMemory(cacheFolder()).forget(bundle.hash)
  if (values.json) printJson(report)
  else printReport(report)
  return report.providers.every(({ parity }) => parity?.agrees ?? true) ? EXIT.done : EXIT.failed
}

function printReport(report: BundleReport): void {
  printLine(`${report.name} (${report.variant}) in ${report.bundle}`)
  printLine(`hash       ${report.hash}`)
  printLine(`graphs     ${report.graphs.map(({ file, bytes }) => `${file} ${bytes} bytes`).join(', ')}`)
  const { rows, worst } = report.attention
  if (rows > 0) printLine(`attention  ${rows} rows sum to one within ${worst.toExponential(1)}`)
  for (const { provider, reason, parity, seconds } of report.providers) {
    if (seconds === null) {
      printLine(`${provider.padEnd(10)} not available: ${reason ?? ''}`)
      continue
    }
    const times = Object.entries(seconds).map(([name, value]) => `${name} ${(value * 1000).toFixed(1)} ms`)
    printLine(`${provider.padEnd(10)} ${times.join(', ')}`)
    if (parity)
      printLine(
        `${''.padEnd(10)} ${parity.agrees ? 'agrees' : 'DISAGREES'} with cpu: ${parity.relativeError.toExponential(1)} in ${parity.tensor} (allowed ${PARITY_TOLERANCE})`,
      )
  }
}
