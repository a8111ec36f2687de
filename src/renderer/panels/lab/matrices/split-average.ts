import * as v from 'valibot'
import { splitMatrixSchema, type LabJobRequest, type SplitMatrix } from '../../../../shared/lab/jobs'
import type { MatrixLevel } from '../../../../shared/lab/wire'
import type { Editor } from '../../../editor/editor.svelte'

/** The average of matrices over the split of the open image, with the weights and the head that are looked at. */
export function splitRequest({ lab, detail }: Editor, of: MatrixLevel | null): LabJobRequest | null {
  const { reading } = lab
  if (!reading || !of) return null
  const { weighting, head } = reading
  return { kind: 'splitMatrix', split: detail?.split ?? null, of, weighting, head }
}

/** What came of it; null until it is done. */
export function splitAverage({ jobs }: Editor, request: LabJobRequest | null): SplitMatrix | null {
  const parsed = v.safeParse(splitMatrixSchema, request && jobs.asked(request)?.report)
  return parsed.success ? parsed.output : null
}

/** How many images an average is of, in words. */
export function averageWords({ detail }: Editor, { samples }: SplitMatrix): string {
  return `${samples} images of ${detail?.split ?? 'all splits'}`
}
