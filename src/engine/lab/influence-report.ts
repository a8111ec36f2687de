import type { Influence } from '../../shared/lab/influence'
import type { CutMode } from '../../shared/lab/intervention'
import type { SampleInfluence } from '../../shared/lab/link-figures'
import type { Skipped } from './each-sample'
import type { LabelChanges } from './label-changes'

/** What `influence` found; printed as JSON by the command line. */
export interface InfluenceReport extends Influence {
  readonly dataset: string
  readonly layout: string
  /** A split's name; `all` for every sample, `some` for chosen ones. */
  readonly split: string
  readonly model: string
  readonly modelHash: string
  /** What became of the rest of a row when a link was cut. */
  readonly mode: CutMode
  /** Change of the figures against the labels; null where it was not asked for. */
  readonly labels: LabelChanges | null
  readonly perSample: readonly (SampleInfluence & { readonly sample: string })[]
  readonly skipped: readonly Skipped[]
  /** Images whose numbers an earlier run had kept. */
  readonly reused: number
  readonly seconds: number
  readonly version: string
}
