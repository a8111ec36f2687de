import * as v from 'valibot'

const reportSchema = v.object({
  samples: v.number(),
  files: v.number(),
  changed: v.number(),
  verified: v.union([v.boolean(), v.number()]),
})
export type ExportReport = v.InferOutput<typeof reportSchema>

/** The report of a finished export; null when the engine sent none. */
export function parseReport(report: unknown): ExportReport | null {
  const parsed = v.safeParse(reportSchema, report)
  return parsed.success ? parsed.output : null
}

export function reportSentence({ samples, files, changed, verified }: ExportReport): string {
  const check =
    verified === true || verified === files
      ? 'every file was read back and matches'
      : verified === false
        ? 'not read back'
        : `${Number(verified)} of ${files} files read back and match`
  return `${count(samples, 'sample')}, ${count(files, 'file')}, ${changed} changed; ${check}.`
}

function count(n: number, noun: string): string {
  return `${n.toLocaleString('en')} ${noun}${n === 1 ? '' : 's'}`
}
