import type { CombineMode, Mask } from '../../../../shared/mask'
import { combineSelection, type GestureContext } from '../../gesture-context'
import type { Modifiers } from '../tool'

/** Shift adds, Alt takes away, both keep what is in both; without them the mode chosen in the options. */
export function modeOf(chosen: CombineMode, { shift, alt }: Modifiers): CombineMode {
  if (shift && alt) return 'intersect'
  if (shift) return 'add'
  return alt ? 'subtract' : chosen
}

/**
 * What a selecting gesture gives its mask to, as often as it likes: each replaces the one before, combined with the
 * selection there was when the gesture began. An empty mask that replaces selects nothing.
 */
export function selecting(
  context: GestureContext<unknown>,
  modifiers: Modifiers,
  label: string,
): { select: (mask: Mask) => void; combined: (mask: Mask) => Mask } {
  const base = context.selection
  const mode = modeOf(context.host.selectMode, modifiers)
  context.label(
    {
      replace: label,
      add: `${label}, added`,
      subtract: `${label}, taken away`,
      intersect: `${label}, intersected`,
    }[mode],
  )
  return {
    select: (mask) => context.select(mask, mode, base),
    combined: (mask) => combineSelection(base, mask, mode),
  }
}
