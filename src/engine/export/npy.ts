import { channelsOf, IGNORE_CLASS, type DenseMap } from '../../shared/maps'
import { TASKS, type TaskId } from '../../shared/tasks'
import { decodeNpy, encodeNpy, type NpyArray } from '../codecs/npy'
import { expectEqual } from './check'
import type { ExportFormat } from './format'
import { labelUnits, photoUnits, readForExport, splitTexts } from './labels'

/** Every value exactly as it is held here: uint8 classes, float32 for the rest, and boolean masks of valid pixels. */
export const npy: ExportFormat = {
  name: 'npy',
  async draft(workspace, wanted) {
    const { tasks } = workspace.dataset
    const files = (task: TaskId, id: string): string[] => {
      const mask = TASKS[task].kind === 'probability' ? [] : [`${task}_valid/${id}.npy`]
      return [`${task}/${id}.npy`, ...mask]
    }
    return {
      units: [
        ...(wanted.options.photos ? photoUnits(workspace, wanted) : []),
        ...labelUnits(workspace, wanted, (task, id) => files(task.id, id)),
      ],
      texts: [
        ...splitTexts(workspace, wanted, 'splits'),
        {
          file: 'tasks.json',
          content: () => [
            `${JSON.stringify(
              tasks.map(({ id, classes }) => describe(id, classes)),
              null,
              2,
            )}\n`,
          ],
        },
      ],
      folders: [],
      losses: [],
      notExported: wanted.options.photos ? [] : ['Photos are not copied.'],
      skipped: [],
    }
  },
  async encode(workspace, unit) {
    const { map, correction } = await readForExport(workspace, unit)
    const arrays = [valuesOf(map), ...(map.kind === 'probability' ? [] : [maskOf(map)])]
    const files = arrays.map((array, index) => {
      const file = unit.files[index]!
      return {
        file,
        bytes: encodeNpy(array),
        async check(readBack: Uint8Array<ArrayBuffer>) {
          const found = decodeNpy(readBack, file)
          expectEqual(file, array.shape, found.shape)
          return expectEqual(file, array.data, found.data)
        },
      }
    })
    return { files, correction, lost: {} }
  },
}

function valuesOf({ kind, width, height, data }: DenseMap): NpyArray {
  const shape = kind === 'vector' ? [height, width, 3] : [height, width]
  return { dtype: kind === 'class' ? 'u1' : 'f4', shape, data }
}

/** True where the label says something: a class, a depth above zero, a vector that is not zero. */
function maskOf({ kind, width, height, data }: DenseMap): NpyArray {
  const channels = channelsOf(kind)
  const mask = new Uint8Array(width * height)
  for (let pixel = 0; pixel < mask.length; pixel++)
    if (kind === 'class') mask[pixel] = data[pixel] === IGNORE_CLASS ? 0 : 1
    else for (let c = 0; c < channels; c++) if (data[pixel * channels + c] !== 0) mask[pixel] = 1
  return { dtype: 'b1', shape: [height, width], data: mask }
}

function describe(task: TaskId, classes: readonly string[] | null): Record<string, unknown> {
  switch (TASKS[task].kind) {
    case 'class':
      return { task, dtype: 'uint8', ignore: IGNORE_CLASS, classes }
    case 'scalar':
      return { task, dtype: 'float32', unit: 'metre', invalid: 0 }
    case 'vector':
      return { task, dtype: 'float32', shape: 'height, width, 3', invalid: [0, 0, 0] }
    case 'probability':
      return { task, dtype: 'float32', range: [0, 1] }
  }
}
