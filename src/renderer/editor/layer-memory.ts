import * as v from 'valibot'
import { SOURCES } from '../../shared/contract'
import type { TaskId } from '../../shared/tasks'
import type { Settings } from './settings'
import { BLEND_MODES } from './types'

const opacity = v.pipe(v.number(), v.minValue(0), v.maxValue(1))
const layerChoice = v.object({
  source: v.picklist(['photo', ...SOURCES]),
  visible: v.boolean(),
  opacity,
  /** The opacity of the style, areas or outlines, that the layer does not have now; null = it never had another. */
  otherOpacity: v.nullable(opacity),
  blend: v.picklist(BLEND_MODES),
  locked: v.boolean(),
  outlined: v.boolean(),
})
/** A whole stack from the bottom up. */
const stackChoice = v.object({
  layers: v.pipe(
    v.array(layerChoice),
    v.length(SOURCES.length + 1),
    v.check((layers) => new Set(layers.map(({ source }) => source)).size === layers.length),
  ),
  solo: v.nullable(v.picklist(['photo', ...SOURCES])),
})

type StackChoice = v.InferOutput<typeof stackChoice>

/** The choices kept for a task's layers; null when there are none, or none that make a stack. */
export function readStack(settings: Settings, task: TaskId): StackChoice | null {
  const read = v.safeParse(stackChoice, settings.get(`layers.${task}`))
  return read.success ? read.output : null
}

export function keepStack(settings: Settings, task: TaskId, choice: StackChoice): void {
  settings.set(`layers.${task}`, choice)
}
