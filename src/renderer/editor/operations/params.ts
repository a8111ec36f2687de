import { COMBINE_MODES, type CombineMode } from '../../../shared/mask'
import type { Param } from '../params'

const MODES: Readonly<Record<CombineMode, string>> = {
  replace: 'instead of the selection',
  add: 'added to it',
  subtract: 'taken from it',
  intersect: 'only inside it',
}

/** How an operation's selection combines with the one that is there. */
export const MODE_PARAM = {
  kind: 'choice',
  label: 'Result',
  initial: 'replace',
  options: COMBINE_MODES.map((value) => ({ value, label: MODES[value] })),
} as const satisfies Param

/** Wider than its literal, so that an operation may start with another one. */
const START: string = 'corrected'

export const SOURCE_PARAM = {
  kind: 'choice',
  label: 'Of',
  initial: START,
  options: [
    { value: 'corrected', label: 'the corrected label' },
    { value: 'label', label: 'the original label' },
    { value: 'prediction', label: 'the prediction' },
  ],
} as const satisfies Param

/** What takes the place of the corrected values. */
export const FROM_PARAM = {
  kind: 'choice',
  label: 'Takes',
  initial: 'prediction',
  options: [
    { value: 'prediction', label: 'the prediction' },
    { value: 'label', label: 'the original label' },
  ],
} as const satisfies Param

/** The depth that something is derived from. */
export const DEPTH_SOURCE_PARAM = {
  kind: 'choice',
  label: 'Depth',
  initial: 'corrected',
  options: [
    { value: 'corrected', label: 'the label' },
    { value: 'prediction', label: 'the prediction' },
  ],
} as const satisfies Param

/** How far a brush smooths. */
export const BRUSH_SIGMA = {
  kind: 'number',
  label: 'Sigma',
  initial: 2,
  min: 0.5,
  max: 10,
  step: 0.5,
  unit: 'px',
  digits: 1,
} as const satisfies Param
