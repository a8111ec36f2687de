import type { CutMode } from '../../../../shared/lab/intervention'
import type { InfluenceAsked } from '../../../editor/lab/influence.svelte'
import { AS_IT_IS, madeOf, type Made } from '../figures/provenance'

/** Where measured effects come from, as their figures state it. */
export interface EffectsOrigin {
  /** The image or split. */
  readonly of: string
  readonly region: string
  /** How the links were cut. */
  readonly mode: CutMode
  readonly made: Made
}

/** How links were cut, in words. */
export const CUT_WORDS: Readonly<Record<CutMode, string>> = {
  renormalise: 'cuts renormalised',
  remove: 'cuts removed',
}

/** Effects measured on the open image. */
export function originOfAsked(
  { sample, reading, mode }: Pick<InfluenceAsked, 'sample' | 'reading' | 'mode'>,
  region: string,
  heads: number | undefined,
): EffectsOrigin {
  return { of: sample, region, mode, made: madeOf(reading, heads) }
}

/** Effects of a split: the report tells how it was made, which may be long ago. */
export function originOfReport({
  samples,
  split,
  mode,
}: {
  readonly samples: number
  readonly split: string
  readonly mode: CutMode
}): EffectsOrigin {
  return { of: `${samples} images of ${split}`, region: 'split', mode, made: AS_IT_IS }
}
