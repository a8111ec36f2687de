import type { Evaluation } from '../evaluation'

type Cell = string | number | null | undefined

/** The figures as CSV files (RFC 4180), by name. */
export function csvFiles({ metrics, perClass, perImage, curves }: Evaluation): Record<string, string> {
  const modes = Object.entries(metrics).flatMap(([task, { paper, strict }]) =>
    Object.entries({ paper, strict }).flatMap(([mode, figures]) =>
      Object.entries(figures).map(([figure, value]) => [task, mode, figure, value]),
    ),
  )
  const classes = Object.entries(perClass).flatMap(([task, list]) =>
    list.map(({ index, name, iou, labelPixels, predictedPixels, commonPixels }) => [
      task,
      index,
      name,
      iou,
      labelPixels,
      predictedPixels,
      commonPixels,
    ]),
  )
  const images = Object.entries(perImage).flatMap(([id, tasks]) =>
    Object.entries(tasks).flatMap(([task, figures]) =>
      Object.entries(figures).map(([figure, value]) => [id, task, figure, value]),
    ),
  )
  const points = Object.entries(curves).flatMap(([task, curve]) =>
    curve.map(({ threshold, precision, recall, f }) => [task, threshold, precision, recall, f]),
  )
  return {
    'metrics.csv': csv(['task', 'mode', 'figure', 'value'], modes),
    'classes.csv': csv(
      ['task', 'index', 'name', 'iou', 'label_pixels', 'predicted_pixels', 'common_pixels'],
      classes,
    ),
    'images.csv': csv(['sample', 'task', 'figure', 'value'], images),
    'curves.csv': csv(['task', 'threshold', 'precision', 'recall', 'f'], points),
  }
}

function csv(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [header, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('')
}

function cell(value: Cell): string {
  if (value == null) return ''
  if (typeof value === 'number') return String(value)
  // A spreadsheet takes text that begins like this for a formula.
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
