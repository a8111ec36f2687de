import type { Layout } from '../../dataset/layout'
import type { ExportFormat } from '../format'
import { encodeConverted, draftConversion } from './convert'
import { draftCopy, encodeCorrected } from './copy'

/** A layout the readers open: the same one is copied byte for byte but for corrected labels, another one converted. */
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
