import { openDataset } from '../engine/dataset/readers'
import { exportDataset } from '../engine/export/export'
import type { Report } from '../engine/export/report'
import { Project } from '../engine/project/project'
import { badUsage, onePositional, parseCommand } from './args'
import { EXIT, interruptSignal, printJson, printLine, printNote, progressPrinter } from './output'

export const USAGE = 'export <folder> --format nyudv2 --out D [--only-corrected] [--dry-run] [--json]'

/** Writes the data set with its corrections to a new folder and verifies it. */
export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseCommand(args, USAGE, {
    format: { type: 'string' },
    out: { type: 'string' },
    'only-corrected': { type: 'boolean' },
    'dry-run': { type: 'boolean' },
    json: { type: 'boolean' },
  })
  const folder = onePositional(positionals, 'the data-set folder', USAGE)
  const { format, out } = values
  if (format === undefined) throw badUsage('--format is missing', USAGE)
  if (out === undefined) throw badUsage('--out is missing', USAGE)
  const dataset = await openDataset(folder)
  const project = await Project.open(dataset)
  try {
    const request = {
      format,
      out,
      onlyCorrected: values['only-corrected'] ?? false,
      dryRun: values['dry-run'] ?? false,
    }
    const report = await exportDataset({ dataset, project }, request, progressPrinter(), interruptSignal())
    if (values.json) printJson(report)
    else printReport(report)
    return report.skipped.length > 0 ? EXIT.skipped : EXIT.done
  } finally {
    await project.close()
  }
}

function printReport(report: Report): void {
  const verb = report.dryRun ? 'would write' : 'wrote and verified'
  printLine(`${verb} ${report.files} files, ${report.changed} of them corrected, in ${report.out}`)
  for (const { file, pixelsChanged } of report.corrections)
    printLine(`  ${file}: ${pixelsChanged} pixels changed`)
  for (const { file, message } of report.skipped) printNote(`skipped ${file}: ${message}`)
}
