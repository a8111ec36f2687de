import type { Editor } from '../../../editor/editor.svelte'
import type { FieldContext } from './change-fields'

/** What the open model and folder offer to the fields of a change. */
export function fieldContext({ model, dataset, film, sampleId, lab }: Editor): FieldContext {
  return {
    tasks: lab.tasks,
    strides: model?.scales.map(({ stride }) => stride) ?? [],
    heads: model?.heads ?? 0,
    queries: model?.queries ?? 0,
    splits: Object.keys(dataset?.splits ?? {}),
    samples: film.loaded.map(({ id }) => id).filter((id) => id !== sampleId),
    gates: model?.lab.gates ?? false,
    decoderCuts: model?.lab.decoderCuts ?? false,
  }
}
