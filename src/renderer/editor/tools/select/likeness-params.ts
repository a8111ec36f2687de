import { globalWand, contiguousWand, type Wand } from '../../../../shared/selection/wand'
import {
  LIKENESS_STEPS,
  mapLikeness,
  photoLikeness,
  type Likeness,
} from '../../../../shared/selection/likeness'
import type { CellPoint, ImagePoint } from '../../../../shared/space'
import type { MapKind } from '../../../../shared/maps'
import type { GestureContext } from '../../gesture-context'
import type { Chosen, Param, ValuesOf } from '../../params'
import type { TaskView } from '../../types'
import type { Needed, OverlayShape } from '../tool'

/** What the wand and the fill compare. Their parameters are the same, so what one learns the other does not forget. */
const measureOf = ({ of }: Chosen, { kind }: TaskView): MapKind | 'photo' => {
  if (of === 'photo') return 'photo'
  if (of === 'depth') return 'scalar'
  return of === 'normals' ? 'vector' : kind
}

/** Wider than its literal, so that a tool may start with another one. */
const START: string = 'photo'

export const LIKENESS_PARAMS = {
  of: {
    kind: 'choice',
    label: 'Similar',
    initial: START,
    options: [
      { value: 'photo', label: 'colour of the photo' },
      { value: 'layer', label: 'corrected value' },
      { value: 'prediction', label: 'predicted value' },
      { value: 'depth', label: 'depth' },
      { value: 'normals', label: 'direction of the normal' },
    ],
  },
  share: {
    kind: 'number',
    label: 'Tolerance',
    initial: 6,
    min: 0,
    max: 60,
    step: 0.4,
    digits: 1,
    unit: '%',
    when: (values: Chosen, task: TaskView) => ['photo', 'probability'].includes(measureOf(values, task)),
  },
  metres: {
    kind: 'number',
    label: 'Tolerance',
    initial: 0.1,
    min: 0,
    max: 2.5,
    step: 0.01,
    digits: 2,
    unit: 'm',
    when: (values: Chosen, task: TaskView) => measureOf(values, task) === 'scalar',
  },
  degrees: {
    kind: 'number',
    label: 'Tolerance',
    initial: 10,
    min: 0,
    max: 90,
    step: 0.5,
    digits: 1,
    unit: '°',
    when: (values: Chosen, task: TaskView) => measureOf(values, task) === 'vector',
  },
  contiguous: { kind: 'switch', label: 'Connected only', initial: true },
  corners: {
    kind: 'switch',
    label: 'Across corners',
    initial: false,
    when: ({ contiguous }: Chosen) => contiguous === true,
  },
} as const satisfies Record<string, Param>

export type LikenessValues = ValuesOf<typeof LIKENESS_PARAMS>

/** The parameter that holds the tolerance, and what one step of it is; null where values are the same or not. */
function toleranceOf(
  values: LikenessValues,
  task: TaskView,
): { name: 'share' | 'metres' | 'degrees'; step: number } | null {
  const measure = measureOf(values, task)
  switch (measure) {
    case 'photo':
    case 'probability':
      return { name: 'share', step: 100 * LIKENESS_STEPS[measure] }
    case 'scalar':
      return { name: 'metres', step: LIKENESS_STEPS.scalar }
    case 'vector':
      return { name: 'degrees', step: LIKENESS_STEPS.vector }
    case 'class':
      return null
  }
}

/** The tolerance in whole steps. */
export function stepsOf(values: LikenessValues, task: TaskView): number {
  const tolerance = toleranceOf(values, task)
  return tolerance ? Math.round(values[tolerance.name] / tolerance.step) : 0
}

/** The parameter a drag changes, its value at `steps`, and how it reads. */
function toleranceAt(
  values: LikenessValues,
  task: TaskView,
  steps: number,
): { name: string; value: number; text: string } | null {
  const tolerance = toleranceOf(values, task)
  if (!tolerance) return null
  const { min, max, digits, unit } = LIKENESS_PARAMS[tolerance.name]
  const value = Math.min(max, Math.max(min, Number((steps * tolerance.step).toFixed(digits))))
  return { name: tolerance.name, value, text: `${value.toFixed(digits)} ${unit}` }
}

/** CSS pixels of a drag for one step of the tolerance. */
const DRAG_PER_STEP = 4

/** A drag sideways from a point changes the tolerance that the tool `owner` keeps. */
export class ToleranceDrag {
  readonly #start: number
  #at: ImagePoint
  /** The tolerance in whole steps. */
  steps: number

  constructor(
    private readonly owner: string,
    private readonly context: Pick<GestureContext<LikenessValues>, 'values' | 'task' | 'host'>,
    private readonly from: ImagePoint,
  ) {
    this.#start = this.steps = stepsOf(context.values, context.task)
    this.#at = from
  }

  /** True when the tolerance changed. */
  move(samples: readonly ImagePoint[]): boolean {
    const { values, task, host } = this.context
    this.#at = samples.at(-1) ?? this.#at
    const wanted = this.#start + Math.round(((this.#at.x - this.from.x) * host.scale) / DRAG_PER_STEP)
    const steps = Math.max(0, wanted)
    const tolerance = toleranceAt(values, task, steps)
    if (!tolerance || steps === this.steps) return false
    this.steps = steps
    host.choices.set(this.owner, tolerance.name, tolerance.value)
    return true
  }

  /** The new tolerance beside the pointer. */
  overlay(): OverlayShape[] {
    const { values, task } = this.context
    const tolerance = this.steps === this.#start ? null : toleranceAt(values, task, this.steps)
    return tolerance ? [{ kind: 'text', at: this.#at, text: tolerance.text }] : []
  }
}

export function likenessNeeds({ values }: { values: LikenessValues }): readonly Needed[] {
  switch (values.of) {
    case 'photo':
      return [{ source: 'photo' }]
    case 'layer':
      return [{ source: 'corrected' }]
    case 'prediction':
      return [{ source: 'prediction' }]
    case 'depth':
    case 'normals':
      return [{ task: values.of, source: 'corrected' }]
  }
}

/** The search from a pixel; null outside the photo. Whatever `likenessNeeds` names is loaded. */
export function wandAt(context: GestureContext<LikenessValues>, seed: CellPoint): Wand | null {
  const { width, height } = context.size
  if (seed.x < 0 || seed.y < 0 || seed.x >= width || seed.y >= height) return null
  const likeness = likenessOf(context)
  if (!likeness) return null
  const { contiguous, corners } = context.values
  return contiguous
    ? contiguousWand(context.size, seed, likeness, corners ? 8 : 4)
    : globalWand(context.size, seed, likeness)
}

function likenessOf(context: GestureContext<LikenessValues>): Likeness | null {
  const { of } = context.values
  if (of === 'photo') return context.photo && photoLikeness(context.photo)
  const map =
    of === 'layer' || of === 'prediction'
      ? context.map(of === 'layer' ? 'corrected' : 'prediction')
      : context.map('corrected', of)
  return map ? mapLikeness(map) : null
}
