import type { Editor } from '../../../editor/editor.svelte'
import type { TraceRequest } from '../../../../shared/lab/wire'
import type { Figure, Provenance } from './figure'

/** What of a figure's provenance is not as the lab reads attention now. */
export type Made = Partial<Pick<Provenance, 'weighting' | 'head' | 'interventions'>>

/** Of a model as it is, all heads, by raw weights: how work on a split reads attention. */
export const AS_IT_IS: Made = { weighting: 'raw', head: 'all heads', interventions: [] }

/** How an answer on screen was read: as its question said, whatever was chosen since. `heads`: how many the model has. */
export function madeOf(
  { weighting, head, interventions }: Pick<TraceRequest, 'weighting' | 'head' | 'interventions'>,
  heads: number | undefined,
): Required<Made> {
  return {
    weighting,
    head: head === null ? 'all heads' : `head ${head + 1} of ${heads ?? '?'}`,
    interventions,
  }
}

/**
 * Where a figure drawn now comes from; `of` is the image or split it was computed from, the open image unless given.
 */
export function provenanceOf(
  editor: Editor,
  { title }: Figure,
  settings: Readonly<Record<string, string>> = {},
  of: string | null = editor.sampleId,
  made: Made = {},
): Provenance {
  const { model, dataset, lab, session } = editor
  return {
    figure: title,
    model: model && { name: model.name, hash: model.hash },
    dataset: dataset?.name ?? null,
    of: of ?? 'no image',
    ...madeOf(
      { weighting: lab.weighting, head: lab.head, interventions: [...lab.interventions.active] },
      model?.heads,
    ),
    ...made,
    settings,
    program: `MQ Studio ${session.status?.version ?? ''}`.trimEnd(),
    date: new Date().toISOString(),
  }
}
