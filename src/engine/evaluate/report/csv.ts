import { csv } from '../../../shared/csv'
import type { Evaluation } from '../evaluation'

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
