import { extname } from 'node:path/posix'
import * as v from 'valibot'
import type { TaskInfo } from '../../../shared/contract'
import { AppError } from '../../../shared/errors'
import type { ExportOptions } from '../../../shared/export'
import { channelsOf, type ClassMap } from '../../../shared/maps'
import { classPalette } from '../../../shared/palette'
import { TASKS, type TaskId } from '../../../shared/tasks'
import { decodePng, encodePng, plainPng } from '../../codecs/png'
import { expectKind } from '../../dataset/formats/format'
import type { Dataset } from '../../dataset/dataset'
import { expectEqual } from '../check'
import type { Encoded, ExportFormat, TextFile, Unit } from '../format'
import { labelOf, labelUnits, photoUnits, readForExport } from '../labels'
import { classSegments, connectedSegments } from './components'
import { countsFrom, paintRuns, rleText, segmentsOf } from './rle'

/** What one label adds to the annotation files, without the ids that are given when they are joined. */
const fragmentSchema = v.object({
  width: v.number(),
  height: v.number(),
  segments: v.array(
    v.object({
      id: v.number(),
      category: v.number(),
      counts: v.string(),
      area: v.number(),
      bbox: v.array(v.number()),
    }),
  ),
})
type Fragment = v.InferOutput<typeof fragmentSchema>

/** Largest id of a panoptic PNG: three bytes. */
const MAX_SEGMENT = 2 ** 24 - 1

/**
 * COCO panoptic (PNG with id = R + 256 G + 65536 B, and JSON) and COCO stuff (run lengths). Categories are the classes
 * in order, from 1; ignored pixels belong to no segment.
 */
export const coco: ExportFormat = {
  name: 'coco',
  async draft(workspace, wanted) {
    const { dataset } = workspace
    const { options } = wanted
    const classTasks = dataset.tasks.filter(({ id }) => TASKS[id].kind === 'class')
    if (classTasks.length === 0)
      throw new AppError('bad_arguments', `${dataset.root} has no class labels, which is all COCO describes`)
    const labels = labelUnits(workspace, wanted, ({ id: task }, id, split) =>
      TASKS[task].kind === 'class' ? [`annotations/${named(task)}panoptic_${split}/${id}.png`] : null,
    )
    const splitOf = new Map(
      Object.entries(dataset.splits).flatMap(([split, ids]) => ids.map((id) => [id, split])),
    )
    const texts = Object.keys(dataset.splits).flatMap((split) => {
      const ofSplit = labels.filter(({ sample }) => splitOf.get(sample ?? '') === split)
      return classTasks.flatMap((task) =>
        annotationFiles(
          dataset,
          split,
          task,
          ofSplit.filter((unit) => unit.task === task.id),
        ),
      )
    })
    const others = dataset.tasks.filter((task) => !classTasks.includes(task)).map(({ id }) => TASKS[id].label)
    return {
      units: [...(options.photos ? photoUnits(workspace, wanted) : []), ...labels],
      texts,
      folders: [],
      losses: [],
      notExported: [
        ...(others.length > 0 ? [`COCO has no place for: ${others.join(', ')}.`] : []),
        ...(options.photos ? [] : ['Photos are not copied; file_name is the photo in the data set.']),
        'Ignored pixels belong to no segment (id 0).',
      ],
      skipped: [],
    }
  },
  async encode(workspace, unit, options): Promise<Encoded> {
    const { map, correction } = await readForExport(workspace, unit)
    const { ids, fragment } = segment(expectKind(map, 'class'), options)
    const { width, height } = map
    const data = new Uint8Array(ids.length * channelsOf('vector'))
    for (let i = 0, at = 0; i < ids.length; i++) {
      const id = ids[i]!
      data[at++] = id & 255
      data[at++] = (id >> 8) & 255
      data[at++] = id >> 16
    }
    const file = unit.files[0]!
    return {
      files: [
        {
          file,
          bytes: await encodePng(plainPng(map, 'rgb', 8, data)),
          async check(readBack) {
            const found = await decodePng(readBack, file)
            expectEqual(file, [found.width, found.height], [width, height])
            return expectEqual(file, data, found.data)
          },
        },
      ],
      correction,
      lost: {},
      fragment,
    }
  },
}

/** Segments of a class map, with their runs read back from the text and compared. */
function segment(map: ClassMap, options: ExportOptions): { ids: Uint32Array; fragment: Fragment } {
  const { width, height } = map
  const { ids, classes } = options.components ? connectedSegments(map) : classSegments(map)
  if (options.components && classes.length - 1 > MAX_SEGMENT)
    throw new AppError(
      'value_out_of_range',
      `${classes.length - 1} regions exceed what a panoptic PNG can number`,
    )
  const back = new Uint32Array(ids.length)
  const segments = [...segmentsOf(ids, width, height)]
    .sort(([a], [b]) => a - b)
    .map(([id, { counts, area, bbox }]) => {
      const text = rleText(counts)
      paintRuns(countsFrom(text), id, back, width, height)
      return { id, category: classes[id]! + 1, counts: text, area, bbox: [...bbox] }
    })
  expectEqual('the run lengths', ids, back)
  return { ids, fragment: { width, height, segments } }
}

/** The panoptic and the stuff annotations of one split and task, written label by label. */
function annotationFiles(
  dataset: Dataset,
  split: string,
  task: TaskInfo,
  units: readonly Unit[],
): TextFile[] {
  const write = (
    kind: 'panoptic' | 'stuff',
    annotations: (sample: string, image: number, fragment: Fragment, next: () => number) => object[],
  ): TextFile => ({
    file: `annotations/${named(task.id)}${kind}_${split}.json`,
    async *content({ fragmentOf }) {
      let id = 0
      let first = true
      yield `{"info":{"description":${JSON.stringify(`${dataset.name}, ${split}`)}},"annotations":[`
      const imageLines: string[] = []
      for (const [index, unit] of units.entries()) {
        const found = await fragmentOf(unit)
        if (found === null) continue
        const fragment = v.parse(fragmentSchema, found)
        const { width, height } = fragment
        const { sample } = labelOf(unit)
        const file_name = `${sample}${extname(dataset.photoFile(sample))}`
        imageLines.push(JSON.stringify({ id: index + 1, file_name, width, height }))
        for (const annotation of annotations(sample, index + 1, fragment, () => ++id)) {
          yield `${first ? '' : ','}\n${JSON.stringify(annotation)}`
          first = false
        }
      }
      yield `],\n"images":[\n${imageLines.join(',\n')}],\n"categories":${JSON.stringify(categories(task))}}\n`
    },
  })
  return [
    write('panoptic', (sample, image_id, { segments }) => [
      {
        image_id,
        file_name: `${sample}.png`,
        segments_info: segments.map(({ id, category, area, bbox }) => ({
          id,
          category_id: category,
          area,
          bbox,
          iscrowd: 0,
        })),
      },
    ]),
    write('stuff', (_sample, image_id, { width, height, segments }, next) =>
      segments.map(({ category, counts, area, bbox }) => ({
        id: next(),
        image_id,
        category_id: category,
        segmentation: { size: [height, width], counts },
        area,
        bbox,
        iscrowd: 0,
      })),
    ),
  ]
}

function categories({ classes, palette }: TaskInfo): object[] {
  const names = classes ?? Array.from({ length: 255 }, (_, index) => `class ${index}`)
  const colours = palette ?? classPalette(names.length)
  return names.map((name, index) => ({
    id: index + 1,
    name,
    supercategory: name,
    isthing: 0,
    color: colours[index] ?? [0, 0, 0],
  }))
}

/** Semantic classes have the usual file names; other class maps say whose they are. */
function named(task: TaskId): string {
  return task === 'semseg' ? '' : `${task}_`
}
