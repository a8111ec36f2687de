import { IGNORE_CLASS, type DenseMap } from '../maps'
import { mean, percent, type ClassFigures, type Figures, type Tally } from './metric'
import { listOf, pairOf } from './tally'

/**
 * Pixel counts by class where the label is not 255: `label`, `predicted`, `common`. A predicted value outside the class
 * list belongs to no class and counts as wrong.
 */
export function countClasses(label: DenseMap, prediction: DenseMap, classes: number): Tally {
  const { label: truth, prediction: found } = pairOf('class', label, prediction)
  const counts = [new Float64Array(256), new Float64Array(256), new Float64Array(256)] as const
  const [labels, predicted, common] = counts
  for (let i = 0; i < truth.data.length; i++) {
    const wanted = truth.data[i]!
    if (wanted === IGNORE_CLASS) continue
    const got = found.data[i]!
    labels[wanted]!++
    predicted[got]!++
    if (wanted === got) common[wanted]!++
  }
  const list = (values: Float64Array): number[] => [...values.subarray(0, classes)]
  return { label: list(labels), predicted: list(predicted), common: list(common) }
}

/** Intersection over union by class. */
export function classFigures(tally: Tally, prefix = ''): ClassFigures[] {
  const labels = listOf(tally, `${prefix}label`)
  const predicted = listOf(tally, `${prefix}predicted`)
  return listOf(tally, `${prefix}common`).map((commonPixels, index) => {
    const labelPixels = labels[index]!
    const predictedPixels = predicted[index]!
    const iou = percent(commonPixels, labelPixels + predictedPixels - commonPixels)
    return { index, iou, labelPixels, predictedPixels, commonPixels }
  })
}

/** Mean over all classes; a class that neither label nor prediction has counts as 0. Null without a valid pixel. */
export function paperFigures(classes: readonly ClassFigures[]): Figures {
  return figuresOver(
    classes,
    classes.map(({ iou }) => iou ?? 0),
  )
}

/** Mean over the classes that occur in the labels. */
export function strictFigures(classes: readonly ClassFigures[]): Figures {
  const present = classes.filter(({ labelPixels }) => labelPixels > 0)
  return figuresOver(
    classes,
    present.map(({ iou }) => iou ?? 0),
  )
}

function figuresOver(classes: readonly ClassFigures[], ious: readonly number[]): Figures {
  const pixels = classes.reduce((sum, { labelPixels }) => sum + labelPixels, 0)
  const right = classes.reduce((sum, { commonPixels }) => sum + commonPixels, 0)
  return { mIoU: pixels > 0 ? mean(ious) : null, pixelAccuracy: percent(right, pixels) }
}
