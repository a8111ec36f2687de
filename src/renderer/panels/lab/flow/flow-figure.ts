import { TASKS } from '../../../../shared/tasks'
import type { Figure, Picture } from '../figures/figure'
import { traceArrays, type TracedPixel } from '../trace/trace-figure'

/** The flow as it stands on screen, and the shares its bands are as wide as. */
export function flowFigure(traced: TracedPixel, picture: Picture): Figure {
  const { target, x, y } = traced
  return {
    name: `flow-of-${target}`,
    title: `Flow to ${TASKS[target].label.toLowerCase()} at (${x}, ${y})`,
    picture,
    arrays: traceArrays(traced),
  }
}
