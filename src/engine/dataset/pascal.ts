import { vocColour } from '../../shared/nyud40'
import { PASCAL_CLASSES, partClasses } from '../../shared/pascal'
import type { Reader } from './dataset'
import { openFolder } from './folder-dataset'
import { AS_IS } from './formats/class-coding'
import { classPng } from './formats/class-png'
import { labelMapEdges } from './formats/label-map-edges'
import { normalsMasked } from './formats/normals-masked'
import { normalsPng } from './formats/normals-png'
import { partsMat } from './formats/parts-mat'
import { probabilityPng } from './formats/probability-png'
import { saliencyPng } from './formats/saliency-png'
import type { LabelLayout, LabelPlace, Layout } from './layout'
import { readPascalSettings, type PascalSettings } from './pascal-settings'
import { countNames } from './survey'

const PHOTOS = 'JPEGImages'
const LISTS = 'ImageSets/Context'
const LABEL_MAPS = { folder: 'pascal-context/trainval', extension: 'mat' }
/** Corrected boundaries; MQ Studio reads them before it derives any. */
const EDGE_OVERRIDE = 'edge_override'

const NOTE =
  'Boundaries are derived from LabelMap, as the training code does. Corrected ones are exported to edge_override/, ' +
  'beside the LabelMap and never into it: the published loaders do not read that folder.'

/** PASCALContext (also named PASCAL_MT) as MQTransformer, InvPT and ATRC read it. `ImageSets/Parts` is made by loaders and not read. */
function layoutOf({ partVariant, normalClasses, problems }: PascalSettings): Layout {
  const semseg = classPng(PASCAL_CLASSES.length, AS_IS)
  const normals: LabelPlace =
    normalClasses === null
      ? { folder: 'normals_distill', format: normalsPng }
      : { folder: 'normals_distill', format: normalsMasked(normalClasses), companion: LABEL_MAPS }
  return {
    name: 'pascal',
    photos: { folder: PHOTOS, extensions: ['jpg'] },
    splits: LISTS,
    note: NOTE,
    problems,
    labels: [
      {
        task: {
          id: 'semseg',
          classes: [...PASCAL_CLASSES],
          palette: PASCAL_CLASSES.map((_, i) => vocColour(i)),
        },
        places: [
          { folder: 'semseg/VOC12', format: semseg },
          { folder: 'semseg/pascal-context', format: semseg },
        ],
        write: 1,
      },
      {
        task: {
          id: 'human_parts',
          classes: partClasses(partVariant),
          palette: partClasses(partVariant).map((_, i) => vocColour(i)),
        },
        places: [
          {
            folder: 'human_parts',
            format: partsMat(partVariant),
            companion: { folder: PHOTOS, extension: 'jpg' },
          },
        ],
        write: 0,
      },
      plain('sal', { folder: 'sal_distill', format: saliencyPng }),
      plain('normals', normals),
      plain(
        'edge',
        { folder: EDGE_OVERRIDE, format: probabilityPng },
        { folder: LABEL_MAPS.folder, format: labelMapEdges, readOnly: true },
      ),
    ],
  }
}

function plain(id: LabelLayout['task']['id'], ...places: LabelPlace[]): LabelLayout {
  return { task: { id, classes: null, palette: null }, places, write: 0 }
}

/** As it is written when another layout is converted: six human parts, normals wherever they are given. */
export const PASCAL: Layout = layoutOf({ partVariant: 6, normalClasses: null, problems: [] })

export const pascal: Reader = {
  layout: 'pascal',
  async probe(root) {
    const photos = await countNames(root, PHOTOS, '.jpg')
    const lists = await countNames(root, LISTS, '.txt')
    return {
      matches: photos > 0 && lists > 0,
      finding: `looked for ${PHOTOS}/*.jpg (${photos} found) and ${LISTS}/*.txt (${lists} found)`,
    }
  },
  open: async (root) => openFolder(root, layoutOf(await readPascalSettings(root))),
}
