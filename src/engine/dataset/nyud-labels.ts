import { NYUD40_CLASSES, NYUD40_PALETTE } from '../../shared/nyud40'
import { FROM_ONE } from './formats/class-coding'
import { classPng } from './formats/class-png'
import { depthNpy } from './formats/depth-npy'
import type { LabelFormat } from './formats/format'
import type { LabelLayout } from './layout'

/** The labels of both layouts of NYUD, which store normals and boundaries in formats of their own. */
export function nyudLabels(normals: LabelFormat, edge: LabelFormat): readonly LabelLayout[] {
  const dense = (id: 'depth' | 'normals' | 'edge', format: LabelFormat): LabelLayout => ({
    task: { id, classes: null, palette: null },
    places: [{ folder: id, format }],
    write: 0,
  })
  return [
    {
      task: { id: 'semseg', classes: [...NYUD40_CLASSES], palette: [...NYUD40_PALETTE] },
      places: [{ folder: 'segmentation', format: classPng(NYUD40_CLASSES.length, FROM_ONE) }],
      write: 0,
    },
    dense('depth', depthNpy),
    dense('normals', normals),
    dense('edge', edge),
  ]
}
