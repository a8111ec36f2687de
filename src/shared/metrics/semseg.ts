import { classFigures, countClasses, paperFigures, strictFigures } from './classes'
import type { TaskMetric } from './metric'

/**
 * mIoU and pixel accuracy over the pixels whose label is not 255, counts pooled over all images.
 * Paper: ATRC and MQTransformer (`MeanIoU`, macro): a class absent from labels and predictions counts as 0.
 * Strict: the mean over the classes that occur in the labels.
 */
export const semseg: TaskMetric = {
  headline: { figure: 'mIoU', higherIsBetter: true },
  sources: {
    paper: 'ATRC and MQTransformer (MeanIoU): counts pooled over images, absent classes count as 0',
    strict: 'mean over the classes that occur in the labels',
  },
  measure: (label, prediction, { classes }) => countClasses(label, prediction, classes),
  figures(tally) {
    const classes = classFigures(tally)
    return {
      paper: paperFigures(classes),
      strict: strictFigures(classes),
      classes,
      curve: null,
      errors: null,
    }
  },
}
