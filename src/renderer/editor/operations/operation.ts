import type { MapKind } from '../../../shared/maps'
import type { GestureContext } from '../gesture-context'
import { readParams, type Params, type ValuesOf } from '../params'
import { ALL_KINDS, type Needed } from '../tools/tool'
import type { TaskView } from '../types'

export const OPERATION_GROUPS = ['Selection', 'Values', 'Classes', 'Depth', 'Normals', 'Boundaries'] as const
export type OperationGroup = (typeof OPERATION_GROUPS)[number]

/**
 * "Do X to the selection in task Y": a row of the Operations panel with its parameters, and a command. It runs inside one
 * transaction, so it is one step of undo over every map it touched, and it can be previewed and taken back.
 */
export interface Operation {
  readonly id: string
  readonly label: string
  /** One sentence: what it does to which pixels. */
  readonly hint: string
  readonly group: OperationGroup
  readonly key: string | null
  readonly kinds: readonly MapKind[]
  /** True when it changes the corrected map of the task; false for operations on the selection. */
  readonly edits: boolean
  /** True when it makes no sense without a selection. */
  readonly selected: boolean
  readonly params: Params
  needs(context: { task: TaskView; values: Readonly<Record<string, unknown>> }): readonly Needed[]
  /** A sentence with figures worth knowing ("plane fitted, 1.2 cm RMS"), or nothing. */
  run(context: GestureContext): string | void
}

interface OperationInput<P extends Params> extends Pick<Operation, 'id' | 'label' | 'hint' | 'group'> {
  readonly key?: string
  readonly kinds?: readonly MapKind[]
  readonly edits?: boolean
  readonly selected?: boolean
  readonly params?: P
  needs?(context: { task: TaskView; values: ValuesOf<P> }): readonly Needed[]
  run(context: GestureContext<ValuesOf<P>>): string | void
}

/** Fills in what most operations share. `run` and `needs` get the values of `params`, checked. */
export function defineOperation<const P extends Params = Record<never, never>>(
  input: OperationInput<P>,
): Operation {
  const params: Params = input.params ?? {}
  const valuesOf = (chosen: Readonly<Record<string, unknown>>): ValuesOf<P> =>
    readParams(params, chosen) as ValuesOf<P>
  return Object.freeze({
    key: null,
    kinds: ALL_KINDS,
    edits: true,
    selected: false,
    ...input,
    params,
    needs: ({ task, values }) => input.needs?.({ task, values: valuesOf(values) }) ?? [],
    run: (context) => input.run(context.withValues(valuesOf(context.values))),
  } satisfies Operation)
}
