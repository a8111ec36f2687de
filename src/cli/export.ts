import * as v from 'valibot'
import { exportOptionsSchema, PALETTES } from '../shared/export'
import { openDataset } from '../engine/dataset/readers'
import { exportDataset } from '../engine/export/export'
import { FORMAT_NAMES } from '../engine/export/formats'
import type { Report } from '../engine/export/report'
import { Project } from '../engine/project/project'
import { badUsage, onePositional, parseCommand, type Options } from './args'
import { JSON_OUTPUT } from './options'
import { EXIT, interruptSignal, printJson, printLine, printNote, progressPrinter } from './output'

export const USAGE =
  'export <folder> --format F --out D [--only-corrected] [--dry-run] [--restart] [--components] [--palette P] [--bits N] [--photos] [--json]'
export const OPTIONS = {
  format: { type: 'string', value: 'F', help: FORMAT_NAMES.join(', ') },
  out: { type: 'string', value: 'D', help: 'a new folder; originals are never written to' },
  'only-corrected': { type: 'boolean', help: 'only the samples that have a correction' },
  'dry-run': { type: 'boolean', help: 'say what would be written, lost and left out; write nothing' },
  restart: { type: 'boolean', help: 'begin anew; without it the same command goes on with a stopped export' },
  components: { type: 'boolean', help: 'coco: one segment for each connected region' },
  palette: { type: 'string', value: 'P', help: `png: colours of classes, ${PALETTES.join(', ')}` },
  bits: { type: 'string', value: 'N', help: 'png: 8 or 16 bits a pixel' },
  photos: { type: 'boolean', help: 'coco, png, npy: copy the photos too' },
  json: JSON_OUTPUT,
} as const satisfies Options

/** Writes the data set with its corrections to a new folder and verifies it. */
export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseCommand(args, USAGE, OPTIONS)
  const folder = onePositional(positionals, 'the data-set folder', USAGE)
  const { format, out } = values
  if (format === undefined) throw badUsage('--format is missing', USAGE)
  if (out === undefined) throw badUsage('--out is missing', USAGE)
  const { components, palette, bits, photos } = values
  const parsed = v.safeParse(exportOptionsSchema, {
    components,
    palette,
    photos,
    bits: bits === undefined ? undefined : Number(bits),
  })
  if (!parsed.success)
    throw badUsage(`--${v.getDotPath(parsed.issues[0])}: ${parsed.issues[0].message}`, USAGE)
  const options = parsed.output
  const dataset = await openDataset(folder)
  const project = await Project.open(dataset)
  try {
    const request = {
      format,
      out,
      onlyCorrected: values['only-corrected'] ?? false,
      dryRun: values['dry-run'] ?? false,
      restart: values.restart ?? false,
      options,
      model: null,
      threads: null,
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
  printLine(`${megabytes(report.bytes)}${report.dryRun ? ', estimated' : ''}`)
  if (report.resumed > 0)
    printLine(`${report.resumed} of them were there from a stopped export and hold what they should`)
  for (const { file, pixelsChanged } of report.corrections)
    printLine(`  ${file}: ${pixelsChanged} pixels changed`)
  for (const sentence of report.losses) printNote(`loses: ${sentence}`)
  for (const sentence of report.notExported) printNote(`not exported: ${sentence}`)
  for (const { file, message } of report.skipped) printNote(`skipped ${file}: ${message}`)
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toLocaleString('en', { maximumSignificantDigits: 3 })} MB`
}
