import type { Editor } from '../../../editor/editor.svelte'
import type { Figure, Provenance } from './figure'

/** Where a figure drawn now comes from; `of` is the image or split it was computed from, the open image unless given. */
export function provenanceOf(
  editor: Editor,
  { title }: Figure,
  settings: Readonly<Record<string, string>> = {},
  of: string | null = editor.sampleId,
): Provenance {
  const { model, dataset, lab, session } = editor
  return {
    figure: title,
    model: model && { name: model.name, hash: model.hash },
    dataset: dataset?.name ?? null,
    of: of ?? 'no image',
    weighting: lab.weighting,
    head: lab.head === null ? 'all heads' : `head ${lab.head + 1} of ${model?.heads ?? '?'}`,
    interventions: lab.interventions.active,
    settings,
    program: `MQ Studio ${session.status?.version ?? ''}`.trimEnd(),
    date: new Date().toISOString(),
  }
}
