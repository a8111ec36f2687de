import { AppError, assertNever } from '../../shared/errors'
import { createMap, type DenseMap } from '../../shared/maps'
import { TASKS, type TaskId } from '../../shared/tasks'
import { decodeNpy } from '../codecs/npy'

/**
 * The map of raw logits as `predict --raw` writes them: npy (C, H, W) at the photo's size. Activations as in training:
 * argmax, depth clamped at 0, normals to unit length, sigmoid for boundaries, softmax's second channel for saliency.
 * Throws `file_malformed` for another shape, and as `decodeNpy`.
 */
export function decodeLogits(task: TaskId, bytes: Uint8Array, file: string): DenseMap {
  const { shape, data } = decodeNpy(bytes, file)
  const [channels = 0, height = 0, width = 0] = shape
  const expected = task === 'sal' ? 2 : { class: 2, scalar: 1, vector: 3, probability: 1 }[TASKS[task].kind]
  const fits = TASKS[task].kind === 'class' ? channels >= expected && channels <= 255 : channels === expected
  if (shape.length !== 3 || !fits)
    throw new AppError(
      'file_malformed',
      `${file} has the shape (${shape.join(', ')}); logits of ${task} are (${TASKS[task].kind === 'class' ? 'classes' : expected}, height, width)`,
    )
  return activate(task, data, channels, width, height)
}

function activate(
  task: TaskId,
  data: ArrayLike<number>,
  channels: number,
  width: number,
  height: number,
): DenseMap {
  const { kind } = TASKS[task]
  const map = createMap(kind, width, height)
  const plane = width * height
  const at = (channel: number, i: number): number => data[channel * plane + i]!
  for (let i = 0; i < plane; i++)
    switch (kind) {
      case 'class': {
        let best = 0
        for (let c = 1; c < channels; c++) if (at(c, i) > at(best, i)) best = c
        map.data[i] = best
        break
      }
      case 'scalar':
        map.data[i] = Math.max(0, at(0, i))
        break
      case 'vector': {
        const length = Math.hypot(at(0, i), at(1, i), at(2, i)) || 1
        for (let c = 0; c < 3; c++) map.data[3 * i + c] = at(c, i) / length
        break
      }
      case 'probability':
        map.data[i] = 1 / (1 + Math.exp(channels === 2 ? at(0, i) - at(1, i) : -at(0, i)))
        break
      default:
        assertNever(kind)
    }
  return map
}
