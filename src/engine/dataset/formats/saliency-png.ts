import type { ProbabilityMap } from '../../../shared/maps'
import { decodePng, encodePng, plainPng } from '../../codecs/png'
import { bytesFrom, expectKind, floatsFrom, type LabelFormat } from './format'
import { probabilityPng } from './probability-png'

/** Saliency as PASCALContext's loaders read it: above 127.5 is 1, the rest 0. Bytes on the right side are left as they are. */
export const saliencyPng: LabelFormat = {
  ...probabilityPng,
  tolerance: 0.5,
  async decode(bytes, file, companion): Promise<ProbabilityMap> {
    const { width, height, data } = await probabilityPng.decode(bytes, file, companion)
    return { kind: 'probability', width, height, data: floatsFrom(data, (value) => (value > 0.5 ? 1 : 0)) }
  },
  async encode(map, original) {
    const { data, width, height } = expectKind(map, 'probability')
    const stored = bytesFrom(data, (value) => (value > 0.5 ? 255 : 0))
    if (!original) return encodePng(plainPng({ width, height }, 'grey', 8, stored))
    const like = await decodePng(original, 'the original label')
    for (let i = 0; i < stored.length; i++)
      if (like.data[i]! > 127 === stored[i]! > 127) stored[i] = like.data[i]!
    return encodePng({ ...like, data: stored })
  },
}
