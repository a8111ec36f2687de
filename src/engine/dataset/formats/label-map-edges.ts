import { AppError } from '../../../shared/errors'
import type { ProbabilityMap } from '../../../shared/maps'
import { labelEdges } from '../../../shared/label-edges'
import type { LabelFormat } from './format'
import { readLabelMap, readLabelMapSize } from './label-map'

/**
 * Boundaries that PASCALContext's loaders derive from LabelMap and that no file holds: 1 on a boundary, else 0. They
 * cannot be written here; a LabelMap that gives other boundaries would change the mask of the normals, too.
 */
export const labelMapEdges: LabelFormat = {
  kind: 'probability',
  extension: 'mat',
  tolerance: 0,
  readSize: readLabelMapSize,
  async decode(bytes, file): Promise<ProbabilityMap> {
    const { width, height, data } = await readLabelMap(bytes, file)
    return {
      kind: 'probability',
      width,
      height,
      data: Float32Array.from(labelEdges(data, width, height)),
    }
  },
  encode() {
    return Promise.reject(
      new AppError('export_refused', 'boundaries are derived from LabelMap and cannot be written into it'),
    )
  },
}
