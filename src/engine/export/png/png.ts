import type { TaskInfo } from '../../../shared/contract'
import type { ExportOptions } from '../../../shared/export'
import type { DenseMap } from '../../../shared/maps'
import { TASKS, type TaskId } from '../../../shared/tasks'
import { decodePng, encodePng, type PngImage } from '../../codecs/png'
import { expectEqual } from '../check'
import type { Encoded, EncodedFile, ExportFormat, TextFile } from '../format'
import { labelUnits, photoUnits, readForExport, splitTexts } from '../labels'
import { paletteFor } from './palettes'
import { classImage, CLIPPED, depthImage, normalsImages, probabilityImage, RAISED } from './images'

/** Pictures any image tool opens: indexed classes, millimetres, 8 or 16-bit normals and probabilities. */
export const png: ExportFormat = {
  name: 'png',
  async draft(workspace, wanted) {
    const { tasks } = workspace.dataset
    const { options } = wanted
    const kinds = tasks.map(({ id }) => TASKS[id].kind)
    for (const task of tasks) if (TASKS[task.id].kind === 'class') paletteOf(task, options)
    return {
      units: [
        ...(options.photos ? photoUnits(workspace, wanted) : []),
        ...labelUnits(workspace, wanted, ({ id: task }, id) =>
          TASKS[task].kind === 'vector'
            ? [`${task}/${id}.png`, `${task}_valid/${id}.png`]
            : [`${task}/${id}.png`],
        ),
      ],
      texts: [...splitTexts(workspace, wanted, 'splits'), ...tasks.map((task) => sidecar(task, options))],
      folders: [],
      losses: [
        ...(kinds.includes('scalar')
          ? ['Depth is rounded to whole millimetres (at most 0.5 mm off) and clipped to 0.001-65.535 m.']
          : []),
        ...(kinds.includes('vector')
          ? [
              `Normals are rounded to ${options.bits} bits per component (at most ${halfStep(options.bits)} off).`,
            ]
          : []),
        ...(kinds.includes('probability') && options.bits === 8
          ? ['Probabilities are rounded to 8 bits (at most 0.002 off); 0 and 1 are exact.']
          : []),
      ],
      notExported: options.photos ? [] : ['Photos are not copied.'],
      skipped: [],
    }
  },
  async encode(workspace, unit, options): Promise<Encoded> {
    const { map, task, correction } = await readForExport(workspace, unit)
    const { images, lost } = imagesOf(map, task, options)
    const files = await Promise.all(
      images.map(async ({ image, difference }, index): Promise<EncodedFile> => {
        const file = unit.files[index]!
        return {
          file,
          bytes: await encodePng(image),
          async check(readBack) {
            const found = await decodePng(readBack, file)
            expectEqual(
              file,
              [found.width, found.height, found.depth],
              [image.width, image.height, image.depth],
            )
            expectEqual(file, image.data, found.data)
            return difference
          },
        }
      }),
    )
    return { files, correction, lost }
  },
}

interface Pictures {
  readonly images: readonly { readonly image: PngImage; readonly difference: number }[]
  readonly lost: Readonly<Record<string, number>>
}

function imagesOf(map: DenseMap, task: TaskInfo, options: ExportOptions): Pictures {
  switch (map.kind) {
    case 'class':
      return { images: [classImage(map, paletteOf(task, options), classCount(task))], lost: {} }
    case 'scalar': {
      const { clipped, raised, ...picture } = depthImage(map)
      return { images: [picture], lost: { [CLIPPED]: clipped, [RAISED]: raised } }
    }
    case 'vector':
      return { images: normalsImages(map, options.bits), lost: {} }
    case 'probability':
      return { images: [probabilityImage(map, options.bits)], lost: {} }
  }
}

/** What the values of a task's pictures mean, for programs. */
function sidecar(task: TaskInfo, options: ExportOptions): TextFile {
  const steps = 2 ** options.bits - 1
  const about = (): Record<string, unknown> => {
    switch (TASKS[task.id].kind) {
      case 'class': {
        const { offset, ignore, colour } = paletteOf(task, options)
        const classes = (task.classes ?? []).map((name, index) => ({
          value: index + offset,
          name,
          colour: colour(index),
        }))
        return { encoding: 'palette index', ignore, classes }
      }
      case 'scalar':
        return {
          encoding: '16-bit grey',
          unit: 'millimetre',
          metresPerStep: 0.001,
          invalid: 0,
          largestRounding: 0.0005,
          clippedAboveMetres: 65.535,
        }
      case 'vector':
        return {
          encoding: `${options.bits}-bit RGB`,
          formula: `n = 2 p / ${steps} - 1`,
          valid: `${task.id}_valid/<id>.png, 255 = valid`,
        }
      case 'probability':
        return { encoding: `${options.bits}-bit grey`, formula: `p / ${steps}` }
    }
  }
  return {
    file: `${task.id}.json`,
    content: ({ lost }) => {
      const pixels = TASKS[task.id].kind === 'scalar' ? { clippedPixels: lost[CLIPPED] ?? 0 } : {}
      return [`${JSON.stringify({ task: task.id, ...about(), ...pixels }, null, 2)}\n`]
    },
  }
}

function paletteOf(task: TaskInfo, { palette }: ExportOptions): ReturnType<typeof paletteFor> {
  return paletteFor(palette, classCount(task), task.palette)
}

/** 255 where a class task has no list: every value but ignore. */
function classCount({ classes }: { id: TaskId; classes: readonly string[] | null }): number {
  return classes?.length ?? 255
}

function halfStep(bits: 8 | 16): string {
  return (1 / (2 ** bits - 1)).toPrecision(1)
}
