import type { Editor } from '../../editor/editor.svelte'
import type { LayerSource, LayerState } from '../../editor/types'

/** The words for a layer, in panels and pane headers alike. */
export const SOURCE_NAMES: Readonly<Record<LayerSource, string>> = Object.freeze({
  photo: 'Photo',
  label: 'Label',
  corrected: 'Corrected',
  prediction: 'Prediction',
})

/** Where a layer's pixels come from. */
export function originOf(editor: Editor, { task, source }: LayerState): string {
  switch (source) {
    case 'photo':
      return editor.sampleId ?? ''
    case 'label':
      return `as in ${editor.dataset?.name ?? 'the folder'}`
    case 'corrected':
      return editor.film.loaded.find(({ id }) => id === editor.sampleId)?.corrected.includes(task)
        ? 'label with your changes'
        : 'same as the label'
    case 'prediction':
      return editor.lab.intervened.ranges.has(task)
        ? cutsWords(editor.lab.interventions.active.length)
        : (editor.model?.name ?? 'model')
  }
}

function cutsWords(count: number): string {
  return count === 1 ? 'under 1 intervention' : `under ${count} interventions`
}
