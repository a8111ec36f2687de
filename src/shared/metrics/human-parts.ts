import { IGNORE_CLASS } from '../maps'
import { classFigures, countClasses, paperFigures, strictFigures } from './classes'
import type { Tally, TaskMetric } from './metric'
import { pairOf } from './tally'

/** Background is class 0. */
const BACKGROUND = 0

/**
 * mIoU of the background and the human parts, counts pooled over all images.
 * Paper: ATRC and MQTransformer (`AddIgnoreRegions`, `MeanIoU`): an image whose label holds no part is ignored whole;
 * absent classes count as 0. Strict: labels as they are (255 ignored), mean over the classes that occur in them.
 */
export const humanParts: TaskMetric = {
  headline: { figure: 'mIoU', higherIsBetter: true },
  sources: {
    paper:
      'ATRC and MQTransformer (MeanIoU, AddIgnoreRegions): images without a part are ignored, absent classes count as 0',
    strict: 'labels as they are, mean over the classes that occur in them',
  },
  measure(label, prediction, { classes }) {
    const strict = countClasses(label, prediction, classes)
    const { data } = pairOf('class', label, prediction).label
    const anyPart = data.some((value) => value !== BACKGROUND && value !== IGNORE_CLASS)
    const paper = Object.entries(strict).map(([name, counts]): [string, number[]] => [
      `paper.${name}`,
      counts.map((value) => (anyPart ? value : 0)),
    ])
    const tally: Tally = { ...strict, ...Object.fromEntries(paper) }
    return tally
  },
  figures(tally) {
    const classes = classFigures(tally)
    return {
      paper: paperFigures(classFigures(tally, 'paper.')),
      strict: strictFigures(classes),
      classes,
      curve: null,
      errors: null,
    }
  },
}
