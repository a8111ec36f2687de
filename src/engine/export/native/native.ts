import type { Layout } from '../../dataset/layout'
import type { ExportFormat } from '../format'
import { draftConversion, encodeConverted } from './convert'
import { draftCopy, encodeCorrected } from './copy'

/** The layout the data set was opened in, whichever it is: copied byte for byte but for corrected labels. */
export const same: ExportFormat = { name: 'same', draft: draftCopy, encode: encodeCorrected }

/** A layout the readers open: the same one is copied as by `same`, another one converted. */
export function native(layout: Layout): ExportFormat {
  return {
    name: layout.name,
    draft: async (workspace, wanted) =>
      workspace.dataset.layout === layout.name
        ? draftCopy(workspace, wanted)
        : draftConversion(workspace, wanted, layout),
    encode: async (workspace, unit) =>
      workspace.dataset.layout === layout.name
        ? encodeCorrected(workspace, unit)
        : encodeConverted(workspace, unit, layout),
  }
}
