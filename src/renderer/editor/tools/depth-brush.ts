import { cloneDepth } from '../../../shared/depth/clone'
import { rescaleDepth } from '../../../shared/depth/rescale'
import { invalidateDepth, setDepth } from '../../../shared/depth/set'
import { smoothDepth } from '../../../shared/depth/smooth'
import { knownDepth } from '../../../shared/depth/value'
import type { ScalarMap } from '../../../shared/maps'
import type { Mask } from '../../../shared/mask'
import { cellFromImage, type CellPoint, type PixelRect } from '../../../shared/space'
import { formatMetres } from '../amounts'
import type { GestureContext } from '../gesture-context'
import { asScalar } from '../operations/dense'
import { BRUSH_SIGMA } from '../operations/params'
import { only, type ValuesOf } from '../params'
import { cropMask, patchAt, patchInk } from './patch-ink'
import { strokeGesture } from './stroke'
import { defineTool, type PointerSample, type ToolGesture } from './tool'

const PARAMS = {
  mode: {
    kind: 'choice',
    label: 'Does',
    initial: 'set',
    options: [
      { value: 'set', label: 'set the depth' },
      { value: 'raise', label: 'raise or lower' },
      { value: 'scale', label: 'scale' },
      { value: 'smooth', label: 'smooth' },
      { value: 'clone', label: 'clone from a source point' },
      { value: 'invalid', label: 'mark as unknown' },
    ],
  },
  by: {
    kind: 'number',
    label: 'By',
    initial: 0.05,
    min: -2,
    max: 2,
    step: 0.01,
    unit: 'm',
    digits: 2,
    when: only('mode', 'raise'),
  },
  factor: {
    kind: 'number',
    label: 'By',
    initial: 1.05,
    min: 0.5,
    max: 2,
    step: 0.01,
    unit: '×',
    digits: 2,
    when: only('mode', 'scale'),
  },
  sigma: { ...BRUSH_SIGMA, when: only('mode', 'smooth') },
  match: { kind: 'switch', label: 'Match the level', initial: true, when: only('mode', 'clone') },
} as const
type Context = GestureContext<ValuesOf<typeof PARAMS>>

export const depthBrush = defineTool({
  id: 'depth-brush',
  label: 'Depth brush',
  hint: 'Changes depth under the brush, every pixel once a stroke. Alt-click sets the source of a clone.',
  icon: 'depth-brush',
  key: 'y',
  group: 'paint',
  kinds: ['scalar'],
  edits: true,
  brush: true,
  params: PARAMS,
  resting: ({ mode }, source) =>
    mode === 'clone' && source ? [{ kind: 'point', at: { x: source.x + 0.5, y: source.y + 0.5 } }] : [],
  begin(context, sample, modifiers): ToolGesture | null {
    const { mode, by, factor, sigma } = context.values
    const { host, value } = context
    const stroke = (label: string, reach: number, kernel: Kernel): ToolGesture => {
      context.label(label)
      const ink = patchInk(context, reach, (patch, mask, box) => kernel(asScalar(patch), mask, box))
      return strokeGesture(context, sample, [ink])
    }
    switch (mode) {
      case 'set': {
        const [metres = 0] = value
        return knownDepth(metres)
          ? stroke(`Set depth to ${formatMetres(metres)}`, 0, (map, mask) => setDepth(map, mask, metres))
          : stroke('Mark depth as unknown', 0, invalidateDepth)
      }
      case 'raise':
        return stroke(
          `${by < 0 ? 'Lower' : 'Raise'} depth by ${formatMetres(Math.abs(by))}`,
          0,
          (map, mask) => rescaleDepth(map, mask, 1, by),
        )
      case 'scale':
        return stroke(`Scale depth by ${factor.toFixed(2)}`, 0, (map, mask) =>
          rescaleDepth(map, mask, factor, 0),
        )
      case 'smooth':
        return stroke('Smooth depth', Math.ceil(3 * sigma) + 1, (map, mask, box) =>
          smoothDepth(map, mask, sigma, cropMask(context.selection, box)),
        )
      case 'clone':
        if (!modifiers.alt) return beginClone(context, sample, stroke)
        host.setCloneSource(cellFromImage(sample))
        return null
      case 'invalid':
        return stroke('Mark depth as unknown', 0, invalidateDepth)
    }
  },
})

type Kernel = (map: ScalarMap, mask: Mask, box: PixelRect) => void

/** The source keeps its distance to the brush for the whole stroke; the level is the one where the stroke begins. */
function beginClone(
  context: Context,
  sample: PointerSample,
  stroke: (label: string, reach: number, kernel: Kernel) => ToolGesture,
): ToolGesture | null {
  const { host, size, values } = context
  const from = host.cloneSource()
  if (!from) {
    context.say('Alt-click where the depth is to be cloned from first.')
    return null
  }
  const to = cellFromImage(sample)
  const [dx, dy] = [from.x - to.x, from.y - to.y]
  const level = values.match ? depthAt(context, to) - depthAt(context, from) : 0
  if (Number.isNaN(level)) {
    context.say(
      'The level cannot be matched where there is no depth; begin on known depth, or do not match it.',
    )
    return null
  }
  let at = sample
  const gesture = stroke('Clone depth', 0, (map, mask, box) => {
    const source = asScalar(patchAt(context, { ...box, x: box.x + dx, y: box.y + dy }, size))
    cloneDepth(map, mask, source, level)
  })
  return {
    ...gesture,
    move: (samples, keys) => {
      at = samples.at(-1) ?? at
      gesture.move(samples, keys)
    },
    overlay: () => [{ kind: 'point', at: { x: at.x + dx, y: at.y + dy } }],
  }
}

/** NaN where there is none. */
function depthAt(context: Context, { x, y }: CellPoint): number {
  const { size } = context
  if (x < 0 || y < 0 || x >= size.width || y >= size.height) return NaN
  const metres = asScalar(context.map('corrected')).data[y * size.width + x]!
  return knownDepth(metres) ? metres : NaN
}
