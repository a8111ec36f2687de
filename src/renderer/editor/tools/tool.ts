import type { Source } from '../../../shared/contract'
import type { RgbImage } from '../../../shared/image'
import type { MapKind } from '../../../shared/maps'
import type { Mask } from '../../../shared/mask'
import type { CellPoint, ImagePoint, PixelRect } from '../../../shared/space'
import type { TaskId } from '../../../shared/tasks'
import type { GestureContext } from '../gesture-context'
import { readParams, type Chosen, type Params, type ValuesOf } from '../params'
import type { TaskView } from '../types'

/** A position of the pointer on the photo. Pressure is 0..1; 1 for a mouse. */
export interface PointerSample extends ImagePoint {
  readonly pressure: number
}
export interface Modifiers {
  readonly shift: boolean
  readonly alt: boolean
  readonly ctrl: boolean
}
export const NO_MODIFIERS: Modifiers = Object.freeze({ shift: false, alt: false, ctrl: false })

/** What a tool shows over the panes while it works, in image coordinates; lines stay one pixel wide at any zoom. */
export type OverlayShape =
  | { readonly kind: 'path'; readonly points: readonly ImagePoint[]; readonly closed: boolean }
  | { readonly kind: 'box'; readonly rect: PixelRect }
  | { readonly kind: 'point'; readonly at: ImagePoint }
  | { readonly kind: 'mask'; readonly mask: Mask }
  | { readonly kind: 'text'; readonly at: ImagePoint; readonly text: string }

/**
 * One use of a tool, from press to release. The painter opens a transaction before `begin` and ends it after `finish`
 * (kept) or `cancel` (every byte and the selection as before), so a gesture never cleans up pixels itself.
 */
export interface ToolGesture {
  /** Every position since the last call, in order; in a gesture of several clicks also those between the clicks. */
  move(samples: readonly PointerSample[], modifiers: Modifiers): void
  /** Released, or in a gesture of several clicks: ended by its last click or by Enter. */
  finish(): void
  /** Taken back; only for what the transaction does not know of, such as a worker's job. */
  cancel?(): void
  overlay?(): readonly OverlayShape[]
  /** Present in a gesture of several clicks, which goes on after the release. True when this click ends it. */
  press?(sample: PointerSample, modifiers: Modifiers): boolean
  /** Backspace: takes the last click back; false when none is left, which cancels the gesture. */
  back?(): boolean
  /** Present when the selection it made still follows the tool's parameters, until the next gesture; null leaves it. */
  adjusted?(): Mask | null
}

/** A gesture that was complete with its press. */
export const CLICK: ToolGesture = Object.freeze({ move: () => undefined, finish: () => undefined })

/** A map a tool or an operation reads besides the one it writes. Without `task`, the task it works on; `every`, each that has one. */
export interface Needed {
  readonly task?: TaskId | 'every'
  readonly source: Source | 'photo'
}

/** For what writes into the labels of all tasks. */
export const EVERY_LABEL: Needed = Object.freeze({ task: 'every', source: 'corrected' })

/** The pixel under the pointer and the photo it belongs to. */
export interface HoverPlace {
  readonly photo: RgbImage
  readonly cell: CellPoint
}

export const TOOL_GROUPS = ['paint', 'select', 'draw', 'look'] as const
export type ToolGroup = (typeof TOOL_GROUPS)[number]

export const ALL_KINDS: readonly MapKind[] = ['class', 'scalar', 'vector', 'probability']

/** One row of the tool table. Rail, options, commands, keys and help are made from it. */
export interface Tool {
  readonly id: string
  readonly label: string
  /** Short name for the title of the options; `label` when left out. */
  readonly title: string
  /** One sentence for the options panel. */
  readonly hint: string
  /** A name of `panels/tool-rail/icons.ts`. */
  readonly icon: string
  readonly key: string | null
  readonly group: ToolGroup
  readonly kinds: readonly MapKind[]
  /** True when it changes the corrected map of the pane's task, which must then be loaded, unlocked and visible. */
  readonly edits: boolean
  /** True when the brush's size and shape apply; the pointer then shows its ring. */
  readonly brush: boolean
  /** True when it changes the selection; the options then offer how it combines with the one that is there. */
  readonly selects: boolean
  /** True when it leaves the value chosen to paint. */
  readonly paints: boolean
  readonly params: Params
  needs(context: { task: TaskView; values: Readonly<Record<string, unknown>> }): readonly Needed[]
  /** What it shows over the panes between gestures. */
  readonly resting?: (values: Chosen, cloneSource: CellPoint | null) => readonly OverlayShape[]
  /** What it shows where the pointer is between gestures; called on every move, so it makes nothing that takes long. */
  readonly hover: (values: Chosen, place: HoverPlace) => readonly OverlayShape[]
  /** Makes what `hover` shows; called when the pointer rests. False when that is as before. */
  readonly rest: (values: Chosen, place: HoverPlace) => boolean
  /** Null when there is nothing to do here; what was written meanwhile is taken back. */
  begin(context: GestureContext, sample: PointerSample, modifiers: Modifiers): ToolGesture | null
}

interface ToolInput<P extends Params> extends Pick<Tool, 'id' | 'label' | 'hint' | 'icon' | 'key' | 'group'> {
  readonly title?: string
  readonly kinds?: readonly MapKind[]
  readonly edits?: boolean
  readonly brush?: boolean
  readonly selects?: boolean
  readonly paints?: boolean
  readonly params?: P
  needs?(context: { task: TaskView; values: ValuesOf<P> }): readonly Needed[]
  readonly resting?: NonNullable<Tool['resting']>
  readonly hover?: (values: ValuesOf<P>, place: HoverPlace) => readonly OverlayShape[]
  readonly rest?: (values: ValuesOf<P>, place: HoverPlace) => boolean
  begin(context: GestureContext<ValuesOf<P>>, sample: PointerSample, modifiers: Modifiers): ToolGesture | null
}

/** Fills in what most tools share. `begin` and `needs` get the values of `params`, checked. */
export function defineTool<const P extends Params = Record<never, never>>(input: ToolInput<P>): Tool {
  const params: Params = input.params ?? {}
  const valuesOf = (chosen: Readonly<Record<string, unknown>>): ValuesOf<P> =>
    readParams(params, chosen) as ValuesOf<P>
  const { hover, rest } = input
  return Object.freeze({
    title: input.label,
    kinds: ALL_KINDS,
    edits: false,
    brush: false,
    selects: false,
    paints: false,
    ...input,
    params,
    hover: (chosen, place) => hover?.(valuesOf(chosen), place) ?? [],
    rest: (chosen, place) => rest?.(valuesOf(chosen), place) ?? false,
    needs: ({ task, values }) => input.needs?.({ task, values: valuesOf(values) }) ?? [],
    begin: (context, sample, modifiers) =>
      input.begin(context.withValues(valuesOf(context.values)), sample, modifiers),
  } satisfies Tool)
}
