import { AppError } from '../../shared/errors'

/** A layout an export can be written in. */
export interface ExportFormat {
  readonly name: string
  /** The layout of data sets that can be written in it: files nobody corrected are copied as they are. */
  readonly layout: string
}

const FORMATS: readonly ExportFormat[] = [{ name: 'nyudv2', layout: 'nyudv2' }]

/** Throws `bad_arguments` naming what exists. */
export function exportFormat(name: string): ExportFormat {
  const format = FORMATS.find((candidate) => candidate.name === name)
  if (format) return format
  const known = FORMATS.map((candidate) => candidate.name).join(', ')
  throw new AppError('bad_arguments', `there is no export format ${JSON.stringify(name)}; there is ${known}`)
}
