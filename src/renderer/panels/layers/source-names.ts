import type { LayerSource } from '../../editor/types'

/** The words for a layer, in panels and pane headers alike. */
export const SOURCE_NAMES: Readonly<Record<LayerSource, string>> = Object.freeze({
  photo: 'Photo',
  label: 'Label',
  corrected: 'Corrected',
  prediction: 'Prediction',
})
