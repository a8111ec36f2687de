import { MAX_CLASSES, type DatasetJson, type DatasetJsonTask } from '../../../shared/dataset-json'
import type { FolderFacts } from '../../../shared/describe'
import type { Content, Group } from './folder-facts'

export interface Looked extends Group {
  readonly content: Content
}

/** The group with the photos: colour pictures, best in a folder of that name, JPEG rather than PNG. Null when there is none. */
export function photosAmong(groups: readonly Looked[]): Looked | null {
  const score = ({ dir, ext, content, ids }: Looked): number => {
    if (content.kind !== 'rgb' || content.bits !== 8) return -1
    const named = /(^|\/)(images?|imgs?|rgb|photos?|jpegimages|leftimg8bit|colou?r)$/i.test(dir)
    return (/normal/i.test(dir) ? 0 : 2) + (named ? 8 : 0) + (ext === 'png' ? 0 : 4) + ids.length / 1e9
  }
  const [best] = [...groups].sort((a, b) => score(b) - score(a))
  return best && score(best) >= 0 ? best : null
}

export function photoExtension(ext: string): DatasetJson['images']['ext'] {
  return ext === 'jpg' || ext === 'jpeg' ? ['jpg', 'jpeg'] : 'png'
}

/** What a folder's labels seem to be, by its name and its values; null when it is unclear. */
export function taskOf({ dir, ext, content }: Looked): DatasetJsonTask | null {
  if (ext !== 'png' && ext !== 'npy') return null
  const { kind, bits, float, max, has255, largestClass } = content
  if (kind === 'vectors' || (kind === 'rgb' && /normal/i.test(dir)))
    return { id: 'normals', type: 'normals', dir, ext }
  if (kind === 'rgb' || kind === 'other') return null
  if (/edge|boundar|contour/i.test(dir)) return probability('edge', dir, ext, max)
  if (/sal/i.test(dir)) return probability('sal', dir, ext, max)
  if (/depth|dist/i.test(dir) || bits === 16 || (float && max > 1))
    return { id: 'depth', type: 'depth', dir, ext, ...(float ? {} : { encoding: { scale: 1, unit: 'mm' } }) }
  if (float || (has255 && largestClass === 0)) return probability('edge', dir, ext, max)
  if (largestClass < 0) return null
  const classes = Array.from({ length: Math.min(MAX_CLASSES, largestClass + 1) }, (_, i) => `class ${i}`)
  return { id: /part/i.test(dir) ? 'human_parts' : 'semseg', type: 'seg', dir, ext, classes, ignore: 255 }
}

/** 0 to 255 is what PNG files hold by default, 0 to 1 what npy files hold. */
function probability(id: 'edge' | 'sal', dir: string, ext: 'png' | 'npy', max: number): DatasetJsonTask {
  const usual = ext === 'png' ? max > 1 : max <= 1
  return { id, type: id, dir, ext, ...(usual ? {} : { encoding: { scale: ext === 'png' ? 1 : 1 / 255 } }) }
}

/** `matching` = files that have the name of a photo. */
export function factsOf({ dir, ext, ids, content }: Looked, matching: number): FolderFacts {
  const { min, max, has255, largestClass, words } = content
  const short = (value: number): string => `${Number(value.toPrecision(3))}`
  const to = has255 && largestClass >= 0 && max === 255 ? `${largestClass} and 255` : short(max)
  const facts = max === -Infinity ? words : `${words}, values ${short(min)} to ${to}`
  return { dir, ext, files: ids.length, matching, facts }
}
