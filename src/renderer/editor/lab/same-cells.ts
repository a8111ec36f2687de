import { cellOnGrid } from '../../../shared/attention'
import type { TraceRequest } from '../../../shared/lab/wire'
import type { Size } from '../../../shared/space'
import type { Trace } from '../../api/lab-client'
import type { Answered } from './question.svelte'

/** True when another pixel of a photo of `size` has the very same trace: it lies in the same cell of every grid. */
export function sameCells(
  { request, answer }: Pick<Answered<TraceRequest, Trace>, 'request' | 'answer'>,
  other: TraceRequest,
  size: Size | null,
): boolean {
  const { model, task, weighting, head, interventions } = request
  if (!size || model !== other.model || task !== other.task || weighting !== other.weighting) return false
  if (head !== other.head || interventions !== other.interventions) return false
  return answer.maps.every(
    ({ map }) => cellOnGrid(map.header, size, request) === cellOnGrid(map.header, size, other),
  )
}
