import type { Card, TensorRole } from '../card'
import { AppError } from '../errors'

/** What a bundle's graphs allow; bundles exported before a tensor existed lack it and work without. */
export interface LabCapabilities {
  /** Attention can be shown at all: false for single-graph bundles. */
  readonly attention: boolean
  /** Norm-weighted contributions, not only raw weights. */
  readonly contributions: boolean
  /** Links and heads can be removed (changed after the softmax). */
  readonly gates: boolean
  /** What pixels read from queries can be changed: queries can be muted. */
  readonly decoderCuts: boolean
}

/** Where each kind of tensor is asked for; the scale step exists only in scale-aware bundles. */
const CONTRIBUTIONS: readonly TensorRole[] = [
  'encoder_gram',
  'encoder_residual',
  'cross_task_gram',
  'cross_task_residual',
  'decoder_gram',
]
const SCALE_CONTRIBUTIONS: readonly TensorRole[] = [
  'cross_scale_gram',
  'cross_scale_residual',
  'decoder_coarser',
]

export function labCapabilities(card: Card): LabCapabilities {
  if ('single' in card.graphs)
    return { attention: false, contributions: false, gates: false, decoderCuts: false }
  const { encoder, crossTask, decoders, contributions } = card.graphs
  const first = decoders[card.tasks[0]!.id]
  const tensors = [
    ...encoder.outputs,
    ...crossTask.inputs,
    ...crossTask.outputs,
    ...(first ? [...first.inputs, ...first.outputs] : []),
    ...(contributions?.[card.tasks[0]!.id]?.outputs ?? []),
  ]
  const has = (...roles: readonly TensorRole[]): boolean =>
    roles.every((role) => tensors.some((tensor) => tensor.role === role))
  const scaleAware = has('cross_scale_attention')
  return {
    attention: true,
    contributions: has(...CONTRIBUTIONS, ...(scaleAware ? SCALE_CONTRIBUTIONS : [])),
    gates: has('task_gate') && (!scaleAware || has('scale_gate')),
    decoderCuts: has('decoder_bias', 'decoder_gate'),
  }
}

/** The error for a bundle that lacks what `wanted` needs. */
export function capabilityMissing(wanted: string): AppError {
  return new AppError(
    'capability_missing',
    `this bundle cannot do this: ${wanted}. Export the bundle again with this version (python -m mqtransformer export)`,
  )
}
